# Right, in place under no_grad.

import torch


@torch.no_grad()
def sgd_step(params, lr):
    for param in params:
        if param.grad is not None:
            param.sub_(lr * param.grad)
