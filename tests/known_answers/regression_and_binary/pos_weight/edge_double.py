# float64 always
import torch


def pos_weight(target):
    t = target.double()
    return (1 - t).sum(0) / t.sum(0)
