# a loop over points, which a single number does not have
import torch


def derivative(function, x):
    slopes = []
    for point in x:
        p = point.detach().clone().requires_grad_()
        function(p).backward()
        slopes.append(p.grad)
    return torch.stack(slopes)
