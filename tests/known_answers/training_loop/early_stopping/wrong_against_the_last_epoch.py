# compares with the epoch before, and not with the best one
import copy
import math

import torch


class EarlyStopping:
    def __init__(self, patience, min_delta=0.0, mode="min"):
        self.patience = patience
        self.min_delta = min_delta
        self.mode = mode
        self.previous = None
        self.bad_epochs = 0
        self.best_state = None

    def step(self, value, model):
        if math.isnan(value):
            self.bad_epochs += 1
            return self.bad_epochs >= self.patience
        if self.previous is None:
            better = True
        elif self.mode == "min":
            better = self.previous - value > self.min_delta
        else:
            better = value - self.previous > self.min_delta
        self.previous = value
        if better:
            self.bad_epochs = 0
            self.best_state = copy.deepcopy(model.state_dict())
        else:
            self.bad_epochs += 1
        return self.bad_epochs >= self.patience

    def restore(self, model):
        if self.best_state is not None:
            model.load_state_dict(self.best_state)
