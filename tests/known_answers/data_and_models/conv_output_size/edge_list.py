# The shape is a list
def conv_output_size(image, layers):
    shape = list(image)
    for layer in layers:
        k = layer["kernel_size"]
        s = layer.get("stride", 1 if layer["layer"] == "conv" else k)
        p, d = layer.get("padding", 0), layer.get("dilation", 1)
        for i in (1, 2):
            shape[i] = (shape[i] + 2 * p - d * (k - 1) - 1) // s + 1
        shape[0] = layer.get("out_channels", shape[0])
    return shape, shape[0] * shape[1] * shape[2]
