# the optimizer calls a closure, and the scheduler's place is chosen before the loop
import torch
from torch.optim.lr_scheduler import CosineAnnealingLR, OneCycleLR, ReduceLROnPlateau


def scheduled_training(model, loader, loss_fn, optimizer, scheduler, epochs, validate):
    def nothing(*_):
        pass

    after_batch, after_epoch = nothing, lambda value: scheduler.step()
    if isinstance(scheduler, ReduceLROnPlateau):
        after_epoch = scheduler.step
    elif isinstance(scheduler, (CosineAnnealingLR, OneCycleLR)):
        after_batch, after_epoch = scheduler.step, nothing

    def one_epoch():
        model.train()
        for inputs, targets in loader:

            def closure():
                optimizer.zero_grad()
                loss = loss_fn(model(inputs), targets)
                loss.backward()
                return loss

            optimizer.step(closure)
            after_batch()
        value = validate(model)
        after_epoch(value)
        return value

    return [one_epoch() for _ in range(epochs)]
