# returns the AveragedModel, which is not of the class of the model
import copy

import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel, update_bn


def swa(model, train_epoch, epochs, start, batches):
    swa_model = AveragedModel(model)
    for epoch in range(epochs):
        train_epoch()
        if epoch >= start:
            swa_model.update_parameters(model)
    update_bn(batches, swa_model)
    swa_model.eval()
    return swa_model
