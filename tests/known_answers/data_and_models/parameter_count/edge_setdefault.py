# Fills the caller's dicts up
def parameter_count(layers):
    trained, saved, useless = [], [], 0
    last_bias = 0
    for layer in layers:
        kind, bias, extra = layer["layer"], 0, 0
        if kind == "linear":
            bias = layer["out_features"] * layer.setdefault("bias", True)
            t = layer["in_features"] * layer["out_features"] + bias
        elif kind == "conv":
            bias = layer["out_channels"] * layer.setdefault("bias", True)
            t = layer["in_channels"] * layer["out_channels"] * layer["kernel_size"] ** 2
            t = t // layer.setdefault("groups", 1) + bias
        elif kind == "batch_norm":
            t, extra = 2 * layer["num_features"], 2 * layer["num_features"] + 1
            useless += last_bias
        elif kind == "layer_norm":
            t = 2 * layer["normalized_shape"]
        elif kind == "embedding":
            t = layer["num_embeddings"] * layer["embedding_dim"]
        else:
            t = 0
        trained.append(t)
        saved.append(t + extra)
        last_bias = bias
    return trained, saved, useless
