# The bias before a ReLU counts, where a batch norm follows the ReLU
def parameter_count(layers):
    trained, saved, useless = [], [], 0
    last_bias = 0
    for layer in layers:
        kind, extra = layer["layer"], 0
        if kind == "linear":
            last_bias = layer["out_features"] * layer.get("bias", True)
            t = layer["in_features"] * layer["out_features"] + last_bias
        elif kind == "conv":
            last_bias = layer["out_channels"] * layer.get("bias", True)
            t = layer["in_channels"] * layer["out_channels"] * layer["kernel_size"] ** 2
            t = t // layer.get("groups", 1) + last_bias
        elif kind == "batch_norm":
            t, extra = 2 * layer["num_features"], 2 * layer["num_features"] + 1
            useless += last_bias
            last_bias = 0
        elif kind == "layer_norm":
            t = 2 * layer["normalized_shape"]
        elif kind == "embedding":
            t = layer["num_embeddings"] * layer["embedding_dim"]
        else:
            t = 0
        trained.append(t)
        saved.append(t + extra)
    return trained, saved, useless
