# the statistics are those of all examples in one batch
import copy

import torch
from torch import nn


def swa(model, train_epoch, epochs, start, batches):
    averaged = copy.deepcopy(model)
    sums = [torch.zeros_like(p) for p in model.parameters()]
    for epoch in range(epochs):
        train_epoch()
        if epoch >= start:
            for total, p in zip(sums, model.parameters()):
                total += p.detach()
    with torch.no_grad():
        for p, total in zip(averaged.parameters(), sums):
            p.copy_(total / (epochs - start))
        momenta = {}
        for module in averaged.modules():
            if isinstance(module, nn.modules.batchnorm._BatchNorm):
                module.reset_running_stats()
                momenta[module] = module.momentum
                module.momentum = None
        averaged.train()
        if batches:
            averaged(torch.cat(batches))
        for module, momentum in momenta.items():
            module.momentum = momentum
    return averaged.eval()
