# Finds the optimizers by name, and steps with a closure
import torch


def compare_optimizers(loss_fn, start, lr, steps):
    def run(name):
        point = torch.nn.Parameter(start.detach().clone())
        optimizer = getattr(torch.optim, name)([point], lr=lr)

        def closure():
            optimizer.zero_grad()
            loss = loss_fn(point)
            loss.backward()
            return loss

        return [float(optimizer.step(closure)) for _ in range(steps)]

    return {name: run(name) for name in ("SGD", "Adagrad", "RMSprop", "Adam")}
