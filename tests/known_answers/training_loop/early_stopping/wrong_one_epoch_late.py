# more than patience epochs, with the flag of a well-known class
import copy

import torch


class EarlyStopping:
    def __init__(self, patience, min_delta=0.0, mode="min"):
        self.patience = patience
        self.delta = min_delta
        self.mode = mode
        self.counter = 0
        self.best = None
        self.early_stop = False
        self.best_weights = None

    def is_better(self, value):
        if value != value:
            return False
        if self.best is None:
            return True
        if self.mode == "min":
            return value < self.best - self.delta
        return value > self.best + self.delta

    def step(self, value, model):
        if self.is_better(value):
            self.best = value
            self.best_weights = copy.deepcopy(model.state_dict())
            self.counter = 0
        else:
            self.counter += 1
        self.early_stop = self.counter > self.patience
        return self.early_stop

    def restore(self, model):
        if self.best_weights is not None:
            model.load_state_dict(self.best_weights)
