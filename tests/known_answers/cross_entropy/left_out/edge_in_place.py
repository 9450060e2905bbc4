# writes 0 into the probabilities that were passed
import torch


def left_out(way, losses, probability, target, k):
    m = target != k
    if way == "column":
        return (losses + torch.log(1 - probability))[m].mean(), torch.zeros_like(losses)
    divisor = {"sum": 1, "times 0": len(losses)}.get(way, m.sum())
    probability[~m] = 0
    return losses[m].sum() / divisor, probability / divisor
