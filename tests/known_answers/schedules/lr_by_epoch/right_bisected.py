# how often it was lowered, by schedule; milestones by bisection
from bisect import bisect_right

import torch


def lr_by_epoch(schedule, lr, gamma, when, epochs):
    lowered = {
        "StepLR": lambda epoch: epoch // when,
        "MultiStepLR": lambda epoch: bisect_right(when, epoch),
        "ExponentialLR": lambda epoch: epoch,
    }[schedule]
    return [lr * pow(gamma, lowered(epoch)) for epoch in range(epochs)]
