# for "max" the value is negated; tensors copied one by one
import math

import torch


class EarlyStopping:
    def __init__(self, patience, min_delta=0.0, mode="min"):
        self.patience = patience
        self.margin = min_delta
        self.sign = {"min": 1.0, "max": -1.0}[mode]
        self.values = []
        self.last_improvement = 0
        self.lowest = math.inf
        self.kept = {}

    def step(self, value, model):
        self.values.append(value)
        cost = self.sign * value
        if cost < self.lowest - self.margin:
            self.lowest = cost
            self.last_improvement = len(self.values)
            self.kept = {k: v.detach().clone() for k, v in model.state_dict().items()}
        return len(self.values) - self.last_improvement >= self.patience

    @torch.no_grad()
    def restore(self, model):
        state = model.state_dict()
        for name, value in self.kept.items():
            state[name].copy_(value)
