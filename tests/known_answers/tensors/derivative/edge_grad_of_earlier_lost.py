# tidies x up, but the gradient of earlier is gone
import torch


def derivative(function, x):
    before = x.requires_grad
    x.requires_grad_(True)
    x.grad = None
    function(x).sum().backward()
    result = x.grad
    x.grad = None
    x.requires_grad_(before)
    return result
