# takes the milestones off the list of the caller
import torch


def lr_by_epoch(schedule, lr, gamma, when, epochs):
    lrs = []
    for epoch in range(epochs):
        if epoch > 0 and schedule == "StepLR" and epoch % when == 0:
            lr *= gamma
        if schedule == "MultiStepLR" and when and when[0] == epoch:
            when.pop(0)
            lr *= gamma
        if epoch > 0 and schedule == "ExponentialLR":
            lr *= gamma
        lrs.append(lr)
    return lrs
