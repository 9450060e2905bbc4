# Right, with shifted slices and ignore_index.

import torch
import torch.nn.functional as F


def language_model_loss(logits, tokens, pad):
    V = logits.shape[-1]
    return F.cross_entropy(
        logits[:, :-1].reshape(-1, V), tokens[:, 1:].reshape(-1), ignore_index=pad
    )
