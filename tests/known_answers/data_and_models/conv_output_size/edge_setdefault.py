# Fills the caller's dicts up
def conv_output_size(image, layers):
    c, h, w = image
    for layer in layers:
        k = layer["kernel_size"]
        s = layer.setdefault("stride", 1 if layer["layer"] == "conv" else k)
        p, d = layer.setdefault("padding", 0), layer.setdefault("dilation", 1)
        h = (h + 2 * p - d * (k - 1) - 1) // s + 1
        w = (w + 2 * p - d * (k - 1) - 1) // s + 1
        c = layer.get("out_channels", c)
    return (c, h, w), c * h * w
