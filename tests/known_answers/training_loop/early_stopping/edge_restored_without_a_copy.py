# gives the kept tensors themselves to the model, which go on to change in training
import math

import torch


class EarlyStopping:
    def __init__(self, patience, min_delta=0.0, mode="min"):
        self.patience, self.min_delta, self.mode = patience, min_delta, mode
        self.best = None
        self.count = 0
        self.kept = None

    def _improves(self, value):
        if math.isnan(value):
            return False
        if self.best is None:
            return True
        gain = self.best - value if self.mode == "min" else value - self.best
        return gain > self.min_delta

    def step(self, value, model):
        if self._improves(value):
            self.best, self.count = value, 0
            self.kept = {name: t.detach().clone() for name, t in model.state_dict().items()}
        else:
            self.count += 1
        return self.count >= self.patience

    def restore(self, model):
        if self.kept is None:
            return
        for name, parameter in model.named_parameters():
            parameter.data = self.kept[name]
        for name, buffer in model.named_buffers():
            buffer.data = self.kept[name]
