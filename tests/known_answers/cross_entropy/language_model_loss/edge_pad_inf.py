# The score of pad is masked out of the softmax.

import torch
import torch.nn.functional as F


def language_model_loss(logits, tokens, pad):
    logits = logits[:, :-1].clone()
    logits[..., pad] = -1e9
    return F.cross_entropy(logits.transpose(1, 2), tokens[:, 1:], ignore_index=pad)
