# Right: built on the meta device
from torch import nn

KINDS = {
    "linear": nn.Linear,
    "conv": nn.Conv2d,
    "batch_norm": nn.BatchNorm2d,
    "layer_norm": nn.LayerNorm,
    "embedding": nn.Embedding,
    "dropout": nn.Dropout,
    "max_pool": nn.MaxPool2d,
    "relu": nn.ReLU,
}


def parameter_count(layers):
    built = []
    for layer in layers:
        settings = {key: layer[key] for key in layer.keys() - {"layer"}}
        if layer["layer"] not in ("dropout", "max_pool", "relu"):
            settings["device"] = "meta"
        built.append(KINDS[layer["layer"]](**settings))
    before = [a for a, b in zip(built, built[1:]) if isinstance(b, nn.BatchNorm2d)]
    biases = [layer.bias for layer in before if not isinstance(layer, nn.ReLU)]
    return (
        [sum(p.numel() for p in layer.parameters()) for layer in built],
        [sum(p.numel() for p in layer.state_dict().values()) for layer in built],
        sum(bias.numel() for bias in biases if bias is not None),
    )
