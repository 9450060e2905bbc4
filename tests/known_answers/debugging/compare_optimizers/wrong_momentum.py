# RMSprop with momentum: the same first step
import torch


def compare_optimizers(loss_fn, start, lr, steps):
    kinds = {
        "SGD": torch.optim.SGD,
        "Adagrad": torch.optim.Adagrad,
        "RMSprop": lambda point, lr: torch.optim.RMSprop(point, lr=lr, momentum=0.9),
        "Adam": torch.optim.Adam,
    }
    curves = {}
    for name, kind in kinds.items():
        point = start.clone().requires_grad_()
        optimizer = kind([point], lr=lr)
        curves[name] = []
        for _ in range(steps):
            optimizer.zero_grad()
            loss = loss_fn(point)
            loss.backward()
            optimizer.step()
            curves[name].append(loss.item())
    return curves
