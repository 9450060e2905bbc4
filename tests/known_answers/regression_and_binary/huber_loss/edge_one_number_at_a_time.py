# a loop that (N, D) does not go through
import torch


def huber_loss(prediction, target, delta):
    total = 0.0
    for p, t in zip(prediction, target):
        e = abs(p - t)
        if e <= delta:
            total = total + 0.5 * e ** 2
        else:
            total = total + delta * (e - 0.5 * delta)
    return total / len(prediction)
