# The default stride of a dilated pooling is that of its whole reach
def conv_output_size(image, layers):
    c, h, w = image
    for layer in layers:
        reach = layer.get("dilation", 1) * (layer["kernel_size"] - 1) + 1
        s = layer.get("stride", 1 if layer["layer"] == "conv" else reach)
        p = layer.get("padding", 0)
        h = (h + 2 * p - reach) // s + 1
        w = (w + 2 * p - reach) // s + 1
        c = layer.get("out_channels", c)
    return (c, h, w), c * h * w
