"""Model, loss, optimizer: the three objects that every training loop needs."""

import torch
from torch import nn


def build(num_features, num_classes):
    """Build a small classifier, its loss function and its optimizer.

    The model is `nn.Linear` to 16 numbers (the hidden units), ReLU, which turns what is below 0
    into 0, and `nn.Linear` to one raw score per class (a logit: any number, not yet a probability).
    `nn.Sequential` makes one model of layers that follow each other; any other way is right, too.
    The loss function is the mean cross entropy of raw scores. The optimizer is SGD with learning
    rate 0.1 and momentum 0.9 (how much of the last step's direction is kept), all else at its
    default. It holds each parameter of the model once, in one group or in several, and nothing
    else, so that training changes every parameter of the model that you return. The initial weights
    may be those that `nn.Linear` has, or others.

    Args:
        num_features: how many numbers describe one example, 1 or more.
        num_classes: how many classes there are, 2 or more.

    Returns:
        A tuple `(model, loss_fn, optimizer)`, in this order. `model(inputs)` makes logits of shape
        (N, num_classes) from inputs of shape (N, num_features), and `loss_fn(logits, targets)`
        gives their loss, where targets of shape (N,) are int64, in [0, num_classes). Model and
        loss function must also work in float64, after `model.double()`.

    Example:
        >>> model, loss_fn, optimizer = build(num_features=4, num_classes=3)
        >>> model(torch.zeros(2, 4)).shape
        torch.Size([2, 3])
        >>> sum(param.numel() for param in model.parameters())
        131

    Read: torch.optim, "Constructing it"
        https://docs.pytorch.org/docs/stable/optim.html#constructing-it
    """
    raise NotImplementedError
