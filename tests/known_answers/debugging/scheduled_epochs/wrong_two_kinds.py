# Treats the two schedulers of the report alone
import torch


def scheduled_epochs(train, scheduler, epochs):
    losses = []
    for _ in range(epochs):
        losses.append(train())
        counting = (torch.optim.lr_scheduler.StepLR, torch.optim.lr_scheduler.CosineAnnealingLR)
        if isinstance(scheduler, counting):
            scheduler.step()
        else:
            scheduler.step(losses[-1])
    return losses
