# Right: the layers themselves, on the meta device
import torch
from torch import nn


def conv_output_size(image, layers):
    kinds = {"conv": nn.Conv2d, "max_pool": nn.MaxPool2d, "avg_pool": nn.AvgPool2d}
    x = torch.empty(1, *image, device="meta")
    for layer in layers:
        settings = {name: value for name, value in layer.items() if name != "layer"}
        if layer["layer"] == "conv":
            settings["in_channels"] = x.shape[1]
        x = kinds[layer["layer"]](**settings).to("meta")(x)
    return tuple(x.shape[1:]), x.numel()
