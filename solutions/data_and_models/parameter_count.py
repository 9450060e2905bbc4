"""Which layers have parameters, how many, and which of them are of no use?"""

import torch
from torch import nn


def parameter_count(layers):
    """Predict how many numbers the layers of a model have: trained, saved, and of no use.

    A model is a row of layers. Each is a dict of settings, as torch takes them; "bias" and "groups"
    are there in some alone, and True and 1 in the others.

        {"layer": "linear", "in_features": 4, "out_features": 3, "bias": False}
        {"layer": "conv", "in_channels": 4, "out_channels": 6, "kernel_size": 3, "groups": 2}
        {"layer": "batch_norm", "num_features": 6}            as nn.BatchNorm1d or nn.BatchNorm2d
        {"layer": "layer_norm", "normalized_shape": 6}
        {"layer": "embedding", "num_embeddings": 50, "embedding_dim": 6}
        {"layer": "dropout", "p": 0.5}
        {"layer": "max_pool", "kernel_size": 2}
        {"layer": "relu"}

    Three things are asked:

    - trained: how many numbers of each layer does an optimizer get, `layer.parameters()`?
    - saved: how many numbers of each layer are in a file, `layer.state_dict()`?
    - useless: how many of the trained numbers of the whole model are biases that, in training
      mode, change nothing in what the model gives, whatever they are?

    Build some layers in torch and look, before you write it down.

    Args:
        layers: a list of dicts as above, at least one; all sizes are at least 1. Right before a
            batch norm there is a ReLU, or else a linear layer or convolution; between such a layer
            and any earlier one with parameters there is a ReLU or dropout. Do not modify it.

    Returns:
        A tuple (trained, saved, useless): two lists with an int for each layer, and an int.

    Example:
        >>> linear = {"layer": "linear", "in_features": 4, "out_features": 3}
        >>> parameter_count([linear, {"layer": "relu"}])
        ([15, 0], [15, 0], 0)

    Read: torch.nn.BatchNorm2d
        https://docs.pytorch.org/docs/stable/generated/torch.nn.BatchNorm2d.html
    """
    trained, saved, useless = [], [], 0
    after = [layer["layer"] for layer in layers[1:]] + [""]
    for layer, following in zip(layers, after, strict=True):
        weight = bias = buffers = 0
        match layer["layer"]:
            case "linear":
                weight = layer["in_features"] * layer["out_features"]
                bias = layer["out_features"] * layer.get("bias", True)
            case "conv":
                inputs = layer["in_channels"] // layer.get("groups", 1)
                weight = layer["out_channels"] * inputs * layer["kernel_size"] ** 2
                bias = layer["out_channels"] * layer.get("bias", True)
            case "batch_norm":
                weight = bias = layer["num_features"]
                buffers = 2 * layer["num_features"] + 1
            case "layer_norm":
                weight = bias = layer["normalized_shape"]
            case "embedding":
                weight = layer["num_embeddings"] * layer["embedding_dim"]
        trained.append(weight + bias)
        saved.append(weight + bias + buffers)
        useless += bias if following == "batch_norm" else 0
    return trained, saved, useless


def by_building_it(layers):
    """Let torch count, on the meta device, where no numbers are made."""
    kinds = {
        "linear": nn.Linear, "conv": nn.Conv2d, "batch_norm": nn.BatchNorm2d, "relu": nn.ReLU,
        "layer_norm": nn.LayerNorm, "embedding": nn.Embedding, "dropout": nn.Dropout,
        "max_pool": nn.MaxPool2d,
    }  # fmt: skip
    with torch.device("meta"):
        built = [
            kinds[layer["layer"]](**{key: layer[key] for key in layer if key != "layer"})
            for layer in layers
        ]
    useless = 0
    for place, layer in enumerate(built):
        bias = getattr(built[place - 1], "bias", None)
        if place > 0 and isinstance(layer, nn.BatchNorm2d) and bias is not None:
            useless += bias.numel()
    trained = [sum(p.numel() for p in layer.parameters()) for layer in built]
    return trained, [sum(v.numel() for v in m.state_dict().values()) for m in built], useless


def by_shapes(layers):
    """Write the shapes of all tensors down, and multiply."""
    trained, saved, useless = [], [], 0
    for place, layer in enumerate(layers):
        kind, biased = layer["layer"], layer.get("bias", True)
        outputs = layer.get("out_features") or layer.get("out_channels", 0)
        bias = outputs if biased else 0
        if kind == "linear":
            count = outputs * layer["in_features"] + bias
        elif kind == "conv":
            edge, groups = layer["kernel_size"], layer.get("groups", 1)
            count = groups * (outputs // groups) * (layer["in_channels"] // groups) * edge * edge
            count += bias
        elif kind in ("batch_norm", "layer_norm"):
            count = 2 * layer.get("num_features", layer.get("normalized_shape"))
        elif kind == "embedding":
            count = layer["num_embeddings"] * layer["embedding_dim"]
        else:
            count = 0
        trained.append(count)
        saved.append(2 * count + 1 if kind == "batch_norm" else count)
        if place > 0 and kind == "batch_norm":
            before = layers[place - 1]
            if before["layer"] != "relu" and before.get("bias", True):
                useless += layer["num_features"]
    return trained, saved, useless
