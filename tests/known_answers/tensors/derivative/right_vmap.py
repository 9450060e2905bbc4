# vmap of grad, over the flattened points
import torch


def derivative(function, x):
    flat = x.detach().reshape(-1)
    return torch.vmap(torch.func.grad(function))(flat).reshape(x.shape)
