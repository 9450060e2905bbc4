# the learning rate is read after scheduler.step(), which is that of the next epoch
import torch
from torch.optim.lr_scheduler import ExponentialLR, MultiStepLR, StepLR


def lr_by_epoch(schedule, lr, gamma, when, epochs):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)
    if schedule == "StepLR":
        scheduler = StepLR(optimizer, step_size=when, gamma=gamma)
    elif schedule == "MultiStepLR":
        scheduler = MultiStepLR(optimizer, milestones=when, gamma=gamma)
    else:
        scheduler = ExponentialLR(optimizer, gamma=gamma)
    lrs = []
    for epoch in range(epochs):
        optimizer.step()
        scheduler.step()
        lrs.append(scheduler.get_last_lr()[0])
    return lrs
