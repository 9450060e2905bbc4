# Copies the start through a list: always float32
import torch


def compare_optimizers(loss_fn, start, lr, steps):
    kinds = {
        "SGD": torch.optim.SGD,
        "Adagrad": torch.optim.Adagrad,
        "RMSprop": torch.optim.RMSprop,
        "Adam": torch.optim.Adam,
    }
    curves = {}
    for name, kind in kinds.items():
        point = torch.tensor(start.tolist(), requires_grad=True)
        optimizer = kind([point], lr=lr)
        curves[name] = []
        for _ in range(steps):
            optimizer.zero_grad()
            loss = loss_fn(point)
            loss.backward()
            optimizer.step()
            curves[name].append(loss.item())
    return curves
