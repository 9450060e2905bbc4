# all parameters as one vector; batch k is taken in with a momentum of 1 / k
import copy

import torch
from torch import nn
from torch.nn.utils import parameters_to_vector


def swa(model, train_epoch, epochs, start, batches):
    vectors = []
    for epoch in range(epochs):
        train_epoch()
        if epoch >= start:
            vectors.append(parameters_to_vector(model.parameters()).detach())
    averaged = copy.deepcopy(model)
    norms = [m for m in averaged.modules() if hasattr(m, "running_mean")]
    before = [m.momentum for m in norms]
    with torch.no_grad():
        parameters = list(averaged.parameters())
        mean = torch.stack(vectors).mean(0)
        for p, part in zip(parameters, mean.split([p.numel() for p in parameters])):
            p.copy_(part.view_as(p))
        averaged.train()
        for norm in norms:
            norm.reset_running_stats()
        for k, batch in enumerate(batches, start=1):
            for norm in norms:
                norm.momentum = 1 / k
            averaged(batch)
    for norm, momentum in zip(norms, before):
        norm.momentum = momentum
    return averaged.eval()
