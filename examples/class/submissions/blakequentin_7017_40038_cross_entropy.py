import torch


def cross_entropy(logits, target):
    raise NotImplementedError
