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
    channels, *sizes = image
    for layer in layers:
        channels = layer.get("out_channels", channels)
        kernel = layer["kernel_size"]
        stride = layer.get("stride", 1 if layer["layer"] == "conv" else kernel)
        reach = layer.get("dilation", 1) * (kernel - 1) + 1
        sizes = [(size + 2 * layer.get("padding", 0) - reach) // stride + 1 for size in sizes]
    height, width = sizes
    return (channels, height, width), channels * height * width


def by_building_it(image, layers):
    """Let torch say it, on the meta device, where nothing is computed."""
    kinds = {"max_pool": nn.MaxPool2d, "avg_pool": nn.AvgPool2d}
    x = torch.empty(1, *image, device="meta")
    for layer in layers:
        settings = {key: value for key, value in layer.items() if key != "layer"}
        if layer["layer"] == "conv":
            module = nn.Conv2d(x.shape[1], **settings, device="meta")
        else:
            module = kinds[layer["layer"]](**settings)
        x = module(x)
    return tuple(x.shape[1:]), x.numel()


def by_counting(image, layers):
    """Count the places at which the kernel begins, in each direction."""
    channels, height, width = image
    for layer in layers:
        pad, step = layer.get("padding", 0), layer.get("stride")
        if layer["layer"] == "conv":
            channels, step = layer["out_channels"], step or 1
        step = step or layer["kernel_size"]
        reach = (layer["kernel_size"] - 1) * layer.get("dilation", 1)
        height = len(range(0, height + 2 * pad - reach, step))
        width = len(range(0, width + 2 * pad - reach, step))
    return (channels, height, width), channels * height * width
