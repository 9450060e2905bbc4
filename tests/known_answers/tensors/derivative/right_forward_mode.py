# forward-mode differentiation
import torch


def derivative(function, x):
    x = x.detach()
    _, slope = torch.func.jvp(function, (x,), (torch.ones_like(x),))
    return slope.detach()
