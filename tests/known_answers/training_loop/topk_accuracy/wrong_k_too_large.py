# topk with a k above C
import torch


def topk_accuracy(logits, target, ks):
    result = {}
    for k in ks:
        top = logits.topk(k, dim=1).indices
        result[k] = (top == target[:, None]).any(dim=1).float().mean().item()
    return result
