# Right: torch.autograd.grad for the parameters that require a gradient; unused ones and frozen ones get None.
import torch


def take_step(optimizer, loss):
    every = [p for group in optimizer.param_groups for p in group["params"]]
    for p in every:
        p.grad = None
    params = [p for p in every if p.requires_grad]
    for p, g in zip(params, torch.autograd.grad(loss, params, allow_unused=True)):
        p.grad = g
    optimizer.step()
