# an improvement does not set the counter back to 0
import copy
import math

import torch


class EarlyStopping:
    def __init__(self, patience, min_delta=0.0, mode="min"):
        self.patience = patience
        self.min_delta = min_delta
        self.sign = 1 if mode == "min" else -1
        self.best_score = math.inf
        self.wait = 0
        self.state = None

    def step(self, value, model):
        score = self.sign * value
        if score < self.best_score - self.min_delta:
            self.best_score = score
            self.state = copy.deepcopy(model.state_dict())
        else:
            self.wait += 1
        return self.wait >= self.patience

    def restore(self, model):
        if self.state is not None:
            model.load_state_dict(self.state)
