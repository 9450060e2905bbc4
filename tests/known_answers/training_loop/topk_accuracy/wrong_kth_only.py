# right only at place k
import torch


def topk_accuracy(logits, target, ks):
    order = logits.argsort(dim=1, descending=True)
    return {k: (order[:, k - 1] == target).float().mean().item() for k in ks}
