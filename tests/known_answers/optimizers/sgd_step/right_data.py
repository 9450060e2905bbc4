# Right, in place on the data of the parameters.

import torch


def sgd_step(params, lr):
    for param in params:
        if param.grad is None:
            continue
        param.data.add_(param.grad.detach(), alpha=-lr)
