import torch


def weighted_mean(logits, target, weight):
    while True:
        pass
