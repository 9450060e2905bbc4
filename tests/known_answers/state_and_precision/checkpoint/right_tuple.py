# Right, with a list of state dicts in a tuple, and the next epoch.

import torch


class Checkpoint:
    def __init__(self, model, optimizer):
        self._parts = (model, optimizer)

    def save(self, path, epoch):
        states = [part.state_dict() for part in self._parts]
        with open(path, "wb") as file:
            torch.save((epoch + 1, states), file)

    def load(self, path):
        with open(path, "rb") as file:
            next_epoch, states = torch.load(file, weights_only=True)
        for part, state in zip(self._parts, states, strict=True):
            part.load_state_dict(state)
        return next_epoch
