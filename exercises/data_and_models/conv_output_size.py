"""What goes into the first linear layer? The size of an image after a row of layers."""

import torch
from torch import nn


def conv_output_size(image, layers):
    """Predict the shape of an image after some layers, and how many numbers that is.

    The image goes through the layers in their order, without being computed: you only need the
    shapes. Each layer is a dict of settings; what is not in it has torch's default.

        {"layer": "conv", "out_channels": 8, "kernel_size": 3}   as nn.Conv2d(..., 8, 3)
        {"layer": "max_pool", "kernel_size": 2}                  as nn.MaxPool2d(2)
        {"layer": "avg_pool", "kernel_size": 2}                  as nn.AvgPool2d(2)

    All of them may have "stride" and "padding", a convolution and "max_pool" also "dilation". All
    settings are whole numbers, which hold for both directions. Height and width may differ.

    Build a few of the layers in torch, and look, before you write it down. What comes back for a
    size that cannot be divided evenly, and which stride has a pooling layer that is told none?

    Args:
        image: its shape, a tuple (channels, height, width) of whole numbers, each at least 1.
        layers: a list of dicts as above, at least one. kernel_size, stride, dilation: at least 1.
            padding: at least 0, and in a pooling layer at most half of its kernel_size. No layer
            gets an image that is smaller than its kernel.

    Returns:
        A tuple (shape, inputs). shape: that of the image after the last layer, a tuple (channels,
        height, width). inputs: how many numbers it has, that is, the `in_features` of a linear
        layer after `flatten`. All of them are ints. Do not modify the arguments.

    Example:
        >>> conv = {"layer": "conv", "out_channels": 8, "kernel_size": 3}
        >>> pool = {"layer": "max_pool", "kernel_size": 2}
        >>> conv_output_size((1, 8, 12), [conv, pool])
        ((8, 3, 5), 120)

    Read: torch.nn.Conv2d, "Shape"
        https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html
    """
    raise NotImplementedError
