# all milestones together lower the learning rate once
import torch


def lr_by_epoch(schedule, lr, gamma, when, epochs):
    result = []
    for epoch in range(epochs):
        factor = 1.0
        if schedule == "StepLR":
            factor = gamma ** (epoch // when)
        elif schedule == "MultiStepLR":
            if when and epoch >= when[0]:
                factor = gamma
        elif schedule == "ExponentialLR":
            factor = gamma**epoch
        result.append(lr * factor)
    return result
