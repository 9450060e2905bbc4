# without a case distinction
import torch


def huber_loss(prediction, target, delta):
    error = (prediction - target).abs()
    small = error.clamp(max=delta)
    return (small * (error - small / 2)).mean()
