# a subclass is one, too
import torch
from torch import nn


class Smoothed(nn.CrossEntropyLoss):
    """A loss with a name of its own."""


def smoothed_criterion(epsilon, weight, ignore_index):
    return Smoothed(torch.FloatTensor(weight), ignore_index=ignore_index, label_smoothing=epsilon)
