# ExponentialLR as exp(-gamma * epoch)
import math

import torch


def lr_by_epoch(schedule, lr, gamma, when, epochs):
    if schedule == "StepLR":
        return [lr * gamma ** (e // when) for e in range(epochs)]
    if schedule == "MultiStepLR":
        return [lr * gamma ** len([m for m in when if m <= e]) for e in range(epochs)]
    return [lr * math.exp(-gamma * e) for e in range(epochs)]
