# model.train() before the loop alone, so that later epochs train in evaluation mode
import torch
from torch.optim.lr_scheduler import CosineAnnealingLR, OneCycleLR, ReduceLROnPlateau


def scheduled_training(model, loader, loss_fn, optimizer, scheduler, epochs, validate):
    model.train()
    scores = []
    for epoch in range(epochs):
        for inputs, targets in loader:
            optimizer.zero_grad()
            outputs = model(inputs)
            loss = loss_fn(outputs, targets)
            loss.backward()
            optimizer.step()
            if isinstance(scheduler, (CosineAnnealingLR, OneCycleLR)):
                scheduler.step()
        score = validate(model)
        scores.append(score)
        if isinstance(scheduler, ReduceLROnPlateau):
            scheduler.step(score)
        elif not isinstance(scheduler, (CosineAnnealingLR, OneCycleLR)):
            scheduler.step()
    return scores
