# Clamps the probability, so a loss of 150 becomes 27.6 and has no gradient.
import torch
import torch.nn.functional as F


def example_losses(logits, target):
    probs = logits.softmax(dim=1).clamp(min=1e-12)
    return -probs[torch.arange(len(target)), target].log()
