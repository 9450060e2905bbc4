# the epoch of a milestone still has the old learning rate
import torch


def lr_by_epoch(schedule, lr, gamma, when, epochs):
    lrs = []
    for epoch in range(epochs):
        if schedule == "StepLR":
            lrs.append(lr * gamma ** (epoch // when))
        elif schedule == "MultiStepLR":
            passed = sum(1 for m in when if epoch > m)
            lrs.append(lr * gamma**passed)
        else:
            lrs.append(lr * gamma**epoch)
    return lrs
