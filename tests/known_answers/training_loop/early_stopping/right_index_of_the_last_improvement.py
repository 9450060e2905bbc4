# counts epochs from the last improvement, and copies parameters and buffers in place
from itertools import chain

import torch


class EarlyStopping:
    def __init__(self, patience, min_delta=0.0, mode="min"):
        self.patience = patience
        self.better = {
            "min": lambda value, best: value < best - min_delta,
            "max": lambda value, best: value > best + min_delta,
        }[mode]
        self.epoch = self.improved_in = 0
        self.improvements = []

    def step(self, value, model):
        self.epoch += 1
        if value == value and (not self.improvements or self.better(value, self.improvements[-1])):
            self.improvements.append(value)
            self.improved_in = self.epoch
            self.tensors = [t.detach().clone() for t in self._tensors(model)]
        return self.epoch - self.improved_in >= self.patience

    @torch.no_grad()
    def restore(self, model):
        if self.improvements:
            for now, best in zip(self._tensors(model), self.tensors, strict=True):
                now.copy_(best)

    @staticmethod
    def _tensors(model):
        return chain(model.parameters(), model.buffers())
