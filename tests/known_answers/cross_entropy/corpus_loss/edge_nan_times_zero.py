# A batch whose targets are all ignored makes nan * 0, which is nan.

import torch
import torch.nn.functional as F


def corpus_loss(batches, ignore_index):
    total, count = 0.0, 0
    for logits, target in batches:
        n = (target != ignore_index).sum().item()
        loss = F.cross_entropy(logits, target, ignore_index=ignore_index)
        total += loss.item() * n
        count += n
    return total / count
