# every scheduler but ReduceLROnPlateau steps after each batch
import torch
from torch.optim.lr_scheduler import ReduceLROnPlateau


def scheduled_training(model, loader, loss_fn, optimizer, scheduler, epochs, validate):
    results = []
    for _ in range(epochs):
        model.train()
        for xb, yb in loader:
            pred = model(xb)
            loss = loss_fn(pred, yb)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            if not isinstance(scheduler, ReduceLROnPlateau):
                scheduler.step()
        score = validate(model)
        results.append(score)
        if isinstance(scheduler, ReduceLROnPlateau):
            scheduler.step(score)
    return results
