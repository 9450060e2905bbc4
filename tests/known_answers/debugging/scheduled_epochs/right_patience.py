# Asks for patience, which only ReduceLROnPlateau has
import torch


def scheduled_epochs(train, scheduler, epochs):
    losses = []
    for _ in range(epochs):
        losses.append(train())
        scheduler.step(*losses[-1:] if hasattr(scheduler, "patience") else ())
    return losses
