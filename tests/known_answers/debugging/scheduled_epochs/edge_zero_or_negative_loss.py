# Takes a loss of 0 or below for "no loss" and skips ReduceLROnPlateau's step; the loss may be any finite number (e.g. -1.0 in every epoch).
import torch
from torch.optim.lr_scheduler import ReduceLROnPlateau


def scheduled_epochs(train, scheduler, epochs):
    losses = []
    for _ in range(epochs):
        epoch_loss = train()
        losses.append(epoch_loss)
        if isinstance(scheduler, ReduceLROnPlateau):
            if epoch_loss > 0:
                scheduler.step(epoch_loss)
        else:
            scheduler.step()
    return losses
