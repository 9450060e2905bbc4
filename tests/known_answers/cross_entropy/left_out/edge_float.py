# Python numbers as loss
import torch


def left_out(way, losses, probability, target, k):
    keep = target != k
    d = 1 if way == "sum" else len(losses) if way == "times 0" else keep.sum()
    if way == "column":
        return (losses + (1 - probability).log())[keep].mean().item(), torch.zeros_like(probability)
    return (losses[keep].sum() / d).item(), probability * keep / d
