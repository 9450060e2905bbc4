# torch.zeros is float32
import torch


def left_out(way, losses, probability, target, k):
    m = target != k
    if way == "column":
        loss = (losses + torch.log(1 - probability))[m].mean()
        return loss, torch.zeros(len(losses))
    divisor = {"sum": 1, "times 0": len(losses)}.get(way, m.sum())
    return losses[m].sum() / divisor, probability * m / divisor
