# tries it with a gradient of 1 in float64, and multiplies
import torch


def steady_step(gradient, lr, momentum, dampening):
    param = torch.zeros(1, dtype=torch.float64)
    optimizer = torch.optim.SGD([param], lr=lr, momentum=momentum, dampening=dampening)
    where = [0.0]
    for step in range(8000):
        param.grad = torch.full_like(param, float(step < 4000))
        optimizer.step()
        where.append(param.item())
    first = where[1]
    steady = where[4000] - where[3999]
    coasted = where[8000] - where[4000]
    return gradient * first, gradient * steady, gradient * coasted
