# Right, with the sum of the losses and the number of targets that count.

import torch
import torch.nn.functional as F


def corpus_loss(batches, ignore_index):
    total, count = 0.0, 0
    for logits, target in batches:
        loss = F.cross_entropy(logits, target, ignore_index=ignore_index, reduction="sum")
        total += loss.item()
        count += int((target != ignore_index).sum())
    return total / count
