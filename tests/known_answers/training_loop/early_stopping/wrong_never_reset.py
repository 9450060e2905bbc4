# the count goes on after an improvement
import copy
import math

import torch


class EarlyStopping:
    def __init__(self, patience, min_delta=0.0, mode="min"):
        self.patience, self.min_delta, self.mode = patience, min_delta, mode
        self.best, self.bad, self.state = None, 0, None
        self.sign = 1 if mode == "min" else -1

    def step(self, value, model):
        if math.isnan(value):
            self.bad += 1
            return self.bad >= self.patience
        if self.best is None or self.sign * value < self.sign * self.best - self.min_delta:
            self.best = value
            self.state = copy.deepcopy(model.state_dict())
        else:
            self.bad += 1
        return self.bad >= self.patience

    def restore(self, model):
        if self.state is not None:
            model.load_state_dict(self.state)
