# Right: a bias that reaches a batch norm through linear layers, convolutions and pooling
def parameter_count(layers):
    trained, saved, useless = [], [], 0
    shift = 0  # biases that have only moved all examples alike so far
    for layer in layers:
        kind, extra, bias = layer["layer"], 0, 0
        if kind in ("linear", "conv"):
            if kind == "linear":
                weights, out = layer["in_features"], layer["out_features"]
            else:
                weights = layer["in_channels"] // layer.get("groups", 1) * layer["kernel_size"] ** 2
                out = layer["out_channels"]
            bias = out if layer.get("bias", True) else 0
            count = weights * out + bias
            shift += bias
        elif kind == "batch_norm":
            count, extra = 2 * layer["num_features"], 2 * layer["num_features"] + 1
            useless += shift
            shift = layer["num_features"]
        elif kind == "layer_norm":
            count = 2 * layer["normalized_shape"]
            shift = layer["normalized_shape"]
        elif kind == "embedding":
            count, shift = layer["num_embeddings"] * layer["embedding_dim"], 0
        else:
            count = 0
            if kind != "max_pool":
                shift = 0
        trained.append(count)
        saved.append(count + extra)
    return trained, saved, useless
