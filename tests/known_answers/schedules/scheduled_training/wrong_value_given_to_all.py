# scheduler.step(value) for every scheduler that counts epochs
import torch
from torch.optim.lr_scheduler import CosineAnnealingLR, OneCycleLR


def scheduled_training(model, loader, loss_fn, optimizer, scheduler, epochs, validate):
    per_batch = isinstance(scheduler, (OneCycleLR, CosineAnnealingLR))
    values = []
    for epoch in range(epochs):
        model.train()
        for inputs, targets in loader:
            optimizer.zero_grad()
            loss_fn(model(inputs), targets).backward()
            optimizer.step()
            if per_batch:
                scheduler.step()
        value = validate(model)
        values.append(value)
        if not per_batch:
            scheduler.step(value)
    return values
