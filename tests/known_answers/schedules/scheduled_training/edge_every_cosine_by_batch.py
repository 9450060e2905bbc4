# CosineAnnealingWarmRestarts is one of all others, and has a cosine in its name as well
import torch
from torch.optim.lr_scheduler import ReduceLROnPlateau


def scheduled_training(model, loader, loss_fn, optimizer, scheduler, epochs, validate):
    name = type(scheduler).__name__
    per_batch = "Cosine" in name or "OneCycle" in name
    scores = []
    for epoch in range(epochs):
        model.train()
        for inputs, targets in loader:
            optimizer.zero_grad()
            loss_fn(model(inputs), targets).backward()
            optimizer.step()
            if per_batch:
                scheduler.step()
        scores.append(validate(model))
        if isinstance(scheduler, ReduceLROnPlateau):
            scheduler.step(scores[-1])
        elif not per_batch:
            scheduler.step()
    return scores
