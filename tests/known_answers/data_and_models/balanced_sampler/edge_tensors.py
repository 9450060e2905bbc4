# Indices as tensors of shape ()
import torch
from torch.utils.data import Sampler


class Balanced(Sampler):
    def __init__(self, weights):
        self.weights = weights

    def __len__(self):
        return len(self.weights)

    def __iter__(self):
        return iter(torch.multinomial(self.weights, len(self.weights), replacement=True))


def balanced_sampler(labels):
    return Balanced(1.0 / labels.bincount()[labels].double())
