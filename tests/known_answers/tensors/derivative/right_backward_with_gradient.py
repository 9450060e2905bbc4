# backward() given what flows in; detach() shares memory, but not requires_grad
import torch


def derivative(function, x):
    points = x.detach()
    points.requires_grad = True
    out = function(points)
    out.backward(gradient=torch.ones_like(out))
    return points.grad
