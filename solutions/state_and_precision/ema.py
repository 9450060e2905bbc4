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
        self.decay = decay
        self.average = copy.deepcopy(model.state_dict())

    def update(self, model):
        """Take a step of the training into the average.

        Args:
            model: as it is after the step, the one that this was made with. Do not modify it.
        """
        params = dict(model.named_parameters())
        with torch.no_grad():
            for name, value in model.state_dict().items():
                if name in params:
                    self.average[name].lerp_(value, 1 - self.decay)
                else:
                    self.average[name].copy_(value)

    def copy_to(self, model):
        """Give a model the averaged parameters and the kept buffers, in place.

        Its parameters stay the same objects, and the average stays what it is, whatever happens to
        that model afterwards.

        Args:
            model: another one with the same layers, or the one that is trained.
        """
        model.load_state_dict(self.average)


class WithACopyOfTheModel:
    """Keep a whole model, as `torch.optim.swa_utils.AveragedModel` does."""

    def __init__(self, model, decay):
        self.decay = decay
        self.shadow = copy.deepcopy(model).requires_grad_(False)

    @torch.no_grad()
    def update(self, model):
        """Take a step in."""
        pairs = zip(self.shadow.parameters(), model.parameters(), strict=True)
        for average, param in pairs:
            average.copy_(self.decay * average + (1 - self.decay) * param)
        for kept, buffer in zip(self.shadow.buffers(), model.buffers(), strict=True):
            kept.copy_(buffer)

    @torch.no_grad()
    def copy_to(self, model):
        """Hand the average over."""
        model.load_state_dict(self.shadow.state_dict())


class WithLists:
    """Keep the parameters in one list and the buffers in another."""

    def __init__(self, model, decay):
        self.keep, self.take = decay, 1.0 - decay
        self.params = [param.detach().clone() for param in model.parameters()]
        self.buffers = [buffer.clone() for buffer in model.buffers()]

    def update(self, model):
        """Take a step in."""
        new = [param.detach() for param in model.parameters()]
        pairs = zip(self.params, new, strict=True)
        self.params = [old * self.keep + now * self.take for old, now in pairs]
        self.buffers = [buffer.clone() for buffer in model.buffers()]

    def copy_to(self, model):
        """Hand the average over."""
        for param, average in zip(model.parameters(), self.params, strict=True):
            param.data.copy_(average)
        for buffer, kept in zip(model.buffers(), self.buffers, strict=True):
            buffer.data.copy_(kept)
