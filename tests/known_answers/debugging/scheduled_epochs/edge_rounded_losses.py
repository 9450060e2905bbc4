# Returns the losses rounded to 4 places "for the log", not the mean loss of each epoch; a loss of 0.123456 shows it.
import torch


def scheduled_epochs(train, scheduler, epochs):
    plateau = isinstance(scheduler, torch.optim.lr_scheduler.ReduceLROnPlateau)
    losses = []
    for _ in range(epochs):
        loss = train()
        if plateau:
            scheduler.step(loss)
        else:
            scheduler.step()
        losses.append(round(loss, 4))
    return losses
