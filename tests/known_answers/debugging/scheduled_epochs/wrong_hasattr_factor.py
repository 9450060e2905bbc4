# Subtle: recognizes ReduceLROnPlateau by its attribute `factor`, which ConstantLR has too; ConstantLR gets the loss as epoch.
import warnings

import torch


def scheduled_epochs(train, scheduler, epochs):
    wants_metric = hasattr(scheduler, "factor")
    out = []
    for _ in range(epochs):
        loss = train()
        scheduler.step(loss) if wants_metric else scheduler.step()
        out.append(loss)
    return out
