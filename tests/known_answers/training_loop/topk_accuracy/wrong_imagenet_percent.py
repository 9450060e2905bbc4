# as in the ImageNet example: percent
import torch


def topk_accuracy(logits, target, ks):
    maxk = min(max(ks), logits.size(1))
    batch_size = target.size(0)
    _, pred = logits.topk(maxk, 1, True, True)
    pred = pred.t()
    correct = pred.eq(target.view(1, -1).expand_as(pred))
    res = {}
    for k in ks:
        correct_k = correct[:k].reshape(-1).float().sum(0)
        res[k] = correct_k.mul_(100.0 / batch_size).item()
    return res
