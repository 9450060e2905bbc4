# Right: counts the places where a kernel begins
import math


def conv_output_size(image, layers):
    channels, *sizes = image
    for layer in layers:
        conv = layer["layer"] == "conv"
        kernel, padding = layer["kernel_size"], layer.get("padding", 0)
        reach = 1 + (kernel - 1) * layer.get("dilation", 1)
        stride = layer.get("stride") or (1 if conv else kernel)
        sizes = [len(range(0, size + 2 * padding - reach + 1, stride)) for size in sizes]
        if conv:
            channels = layer["out_channels"]
    return (channels, *sizes), math.prod((channels, *sizes))
