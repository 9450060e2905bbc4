# the mean of the mean so far and the new weights: the last epochs count most
import copy

import torch
from torch import nn


def swa(model, train_epoch, epochs, start, batches):
    averaged = None
    for epoch in range(epochs):
        train_epoch()
        if epoch < start:
            continue
        if averaged is None:
            averaged = copy.deepcopy(model)
        else:
            for a, p in zip(averaged.parameters(), model.parameters()):
                a.data = (a.data + p.data) / 2
    torch.optim.swa_utils.update_bn(batches, averaged)
    return averaged.eval()
