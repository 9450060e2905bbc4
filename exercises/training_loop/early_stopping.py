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
        raise NotImplementedError

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
        raise NotImplementedError

    def restore(self, model):
        """Give the model the parameters and buffers that it had at the last improvement.

        Its parameters stay the same objects, so that an optimizer still holds them. Without an
        improvement so far, the model is left as it is. Training may go on afterwards: `step` counts
        on as if nothing had been restored, and `restore` may be called again.

        Args:
            model: the one that `step` was given.
        """
        raise NotImplementedError
