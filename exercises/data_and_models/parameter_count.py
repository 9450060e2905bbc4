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
    raise NotImplementedError
