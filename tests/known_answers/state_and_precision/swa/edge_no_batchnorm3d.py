# knows BatchNorm1d and BatchNorm2d only
import copy

import torch
from torch import nn


def swa(model, train_epoch, epochs, start, batches):
    snapshots = []
    for epoch in range(epochs):
        train_epoch()
        if epoch >= start:
            snapshots.append([p.detach().clone() for p in model.parameters()])
    averaged = copy.deepcopy(model)
    with torch.no_grad():
        for p, values in zip(averaged.parameters(), zip(*snapshots)):
            p.copy_(torch.stack(values).mean(dim=0))
        norms = [m for m in averaged.modules() if isinstance(m, (nn.BatchNorm1d, nn.BatchNorm2d))]
        momenta = [m.momentum for m in norms]
        for m in norms:
            m.reset_running_stats()
            m.momentum = None
        averaged.train()
        for batch in batches:
            averaged(batch)
        for m, momentum in zip(norms, momenta):
            m.momentum = momentum
    return averaged.eval()
