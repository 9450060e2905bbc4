# weights that are all whole numbers become int64
import torch
from torch import nn


def smoothed_criterion(epsilon, weight, ignore_index):
    return nn.CrossEntropyLoss(
        weight=torch.tensor(weight), ignore_index=ignore_index, label_smoothing=epsilon
    )
