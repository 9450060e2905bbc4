# every scheduler steps at the end of the epoch
import torch
from torch.optim.lr_scheduler import ReduceLROnPlateau


def scheduled_training(model, loader, loss_fn, optimizer, scheduler, epochs, validate):
    history = []
    for epoch in range(epochs):
        model.train()
        for inputs, targets in loader:
            optimizer.zero_grad()
            loss = loss_fn(model(inputs), targets)
            loss.backward()
            optimizer.step()
        val = validate(model)
        history.append(val)
        if isinstance(scheduler, ReduceLROnPlateau):
            scheduler.step(val)
        else:
            scheduler.step()
    return history
