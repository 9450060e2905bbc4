"""An average of the weights, in which the last steps count most: often better than the weights."""

import copy

import torch


class EMA:
    """Keep an exponential moving average of a model's parameters.

    The average begins as a copy of the parameters. Each `update` moves it towards them as they are
    then, for each parameter:

        average = decay * average + (1 - decay) * parameter

    Buffers, as the statistics of BatchNorm, are not averaged: of those in the `state_dict()` the
    latest are kept, as they are at the last `update` (or at the beginning). The model itself is
    never changed by that, and autograd records nothing of it.

    Args:
        model: what is trained; its parameters are float32 or float64, and some may be frozen. They
            are averaged like the others. Training changes it in place. Do not modify it.
        decay: how much of the average stays in each update, a float, from 0.0 up to, but not
            including, 1.0. Often 0.999.

    Example:
        >>> model = torch.nn.Linear(1, 1, bias=False)
        >>> _ = torch.nn.init.constant_(model.weight, 8.0)
        >>> ema = EMA(model, decay=0.75)
        >>> _ = torch.nn.init.constant_(model.weight, 4.0)
        >>> ema.update(model)
        >>> average = torch.nn.Linear(1, 1, bias=False)
        >>> ema.copy_to(average)
        >>> average.weight.item(), model.weight.item()  # 0.75 * 8 + 0.25 * 4
        (7.0, 4.0)

    Read: torch.optim, "Weight Averaging (SWA and EMA)"
        https://docs.pytorch.org/docs/stable/optim.html#weight-averaging-swa-and-ema
    """

    def __init__(self, model, decay):
        raise NotImplementedError

    def update(self, model):
        """Take a step of the training into the average.

        Args:
            model: as it is after the step, the one that this was made with. Do not modify it.
        """
        raise NotImplementedError

    def copy_to(self, model):
        """Give a model the averaged parameters and the kept buffers, in place.

        Its parameters stay the same objects, and the average stays what it is, whatever happens to
        that model afterwards.

        Args:
            model: another one with the same layers, or the one that is trained.
        """
        raise NotImplementedError
