# A word that follows padding does not count, wrong for sentences padded at their beginning.

import torch
import torch.nn.functional as F


def language_model_loss(logits, tokens, pad):
    inputs, targets = tokens[:, :-1], tokens[:, 1:]
    mask = (inputs != pad) & (targets != pad)
    losses = F.cross_entropy(logits[:, :-1].transpose(1, 2), targets, reduction="none")
    return (losses * mask).sum() / mask.sum()
