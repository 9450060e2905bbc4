"""When to stop: once the validation value has not improved for some epochs."""

import copy
import math

import torch


class EarlyStopping:
    """Say after each epoch whether to stop, and keep the best state of the model.

    A value is an improvement if it is better than the best one by more than `min_delta`: smaller by
    more than that where `mode` is "min", larger by more where it is "max". The best one is the
    value of the last improvement. The first number is always an improvement; nan never is one, as
    it comes from a loss that has diverged: an epoch with nan, even the first, is one without
    improvement.

    Training is to stop when the last `patience` epochs, or more, were all without improvement.

    Args:
        patience: how many epochs in a row without improvement are enough to stop, an int, at
            least 1.
        min_delta: at least 0.0, a float.
        mode: "min" or "max".

    Example:
        >>> model = torch.nn.Linear(1, 1)
        >>> stopping = EarlyStopping(patience=2)
        >>> [stopping.step(loss, model) for loss in [0.9, 0.7, 0.8, 0.6, 0.6, 0.7]]
        [False, False, False, False, False, True]
        >>> stopping.restore(model)  # as it was in the fourth epoch

    Read: torch.nn.Module.load_state_dict
        https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html
    """

    def __init__(self, patience, min_delta=0.0, mode="min"):
        self.patience = patience
        self.min_delta = min_delta
        self.sign = 1 if mode == "min" else -1
        self.best, self.state, self.bad = math.inf, None, 0

    def step(self, value, model):
        """Take note of an epoch, after its validation.

        Args:
            value: of the epoch, a Python float, finite or nan.
            model: as it is after the epoch; training changes it in place later. It may have
                buffers, as BatchNorm has. Do not modify it.

        Returns:
            True if training is to stop, else False. It may be called again after True, and follows
            the same rules: an improvement makes it False.
        """
        value = self.sign * value
        if value < self.best - self.min_delta:
            self.best, self.state, self.bad = value, copy.deepcopy(model.state_dict()), 0
        else:
            self.bad += 1
        return self.bad >= self.patience

    def restore(self, model):
        """Give the model the parameters and buffers that it had at the last improvement.

        Its parameters stay the same objects, so that an optimizer still holds them. Without an
        improvement so far, the model is left as it is. Training may go on afterwards: `step` counts
        on as if nothing had been restored, and `restore` may be called again.

        Args:
            model: the one that `step` was given.
        """
        if self.state is not None:
            model.load_state_dict(self.state)


class WithTheNumberOfTheBestEpoch:
    """Count epochs, and remember in which one the best was; copy each tensor by itself."""

    def __init__(self, patience, min_delta=0.0, mode="min"):
        self.patience, self.min_delta, self.mode = patience, min_delta, mode
        self.epoch = self.best_epoch = 0
        self.best = None
        self.kept = {}

    def step(self, value, model):
        """Compare with the best, the way that `mode` says."""
        self.epoch += 1
        if self._improves(value):
            self.best, self.best_epoch = value, self.epoch
            self.kept = {name: one.detach().clone() for name, one in model.state_dict().items()}
        return self.epoch - self.best_epoch >= self.patience

    def _improves(self, value):
        if math.isnan(value):
            return False
        if self.best is None:
            return True
        gain = self.best - value if self.mode == "min" else value - self.best
        return gain > self.min_delta

    def restore(self, model):
        """Copy into the parameters and buffers that are there."""
        with torch.no_grad():
            now = model.state_dict()
            for name, one in self.kept.items():
                now[name].copy_(one)


class WithAWholeModel:
    """Keep a copy of the whole model, and a list of what the last epochs were."""

    def __init__(self, patience, min_delta=0.0, mode="min"):
        self.patience, self.min_delta = patience, min_delta
        self.better = float.__lt__ if mode == "min" else float.__gt__
        self.border = float("inf") if mode == "min" else -float("inf")
        self.delta = -min_delta if mode == "min" else min_delta
        self.copy, self.improved = None, []

    def step(self, value, model):
        """Look at the last `patience` epochs."""
        self.improved.append(self.better(float(value), self.border))
        if self.improved[-1]:
            self.border = value + self.delta
            self.copy = copy.deepcopy(model)
        last = self.improved[-self.patience :]
        return len(last) == self.patience and not any(last)

    def restore(self, model):
        """Load from the copy."""
        if self.copy is not None:
            model.load_state_dict(self.copy.state_dict())
