"""The loss function of a training: weights for its classes, and targets that it leaves out."""

import torch
from torch import nn


def criterion(counts, ignore_index):
    """Build an `nn.CrossEntropyLoss` for classes that are not equally frequent.

    The object takes raw scores and averages over the batch. An example counts as much as its class
    weighs, and the weights make all classes equal: the `counts[c]` examples of a class together
    count as much as all examples of any other class. Examples with the target `ignore_index` are
    left out of the mean. Everything else is at its default.

    Any scale of the weights is right: the mean divides by the sum of the weights in the batch.

    Args:
        counts: how many examples each class has, a list of C integers, each at least 1. Do not
            modify it.
        ignore_index: the target to leave out, an integer, such as -100, -1 or 255. It may also be
            one of the classes, from 0 on; that class has a count as well.

    Returns:
        An `nn.CrossEntropyLoss`. It is called with float32 logits of shape (N, C) and targets of
        shape (N,), integers in [0, C) or equal to `ignore_index`, but not all of them equal to it.
        The object may be on the CPU: it is moved to the device of the logits with `.to(device)`.

    Example: three examples of class 0 and one of class 1; the last target is left out.
        >>> loss_fn = criterion([3, 1], 255)
        >>> logits = torch.tensor([[2.0, 0.0], [2.0, 0.0], [2.0, 0.0], [2.0, 0.0], [0.0, 9.0]])
        >>> loss_fn(logits, torch.tensor([0, 0, 0, 1, 255]))  # (0.1269 + 2.1269) / 2
        tensor(1.1269)

    Read: torch.nn.CrossEntropyLoss
        https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
    """
    weight = torch.tensor([1 / count for count in counts])
    return nn.CrossEntropyLoss(weight=weight, ignore_index=ignore_index)


def balanced(counts, ignore_index):
    """Let an example weigh 1 on average: N / (C * n)."""
    sizes = torch.tensor(counts)
    weight = sizes.sum() / (len(counts) * sizes)
    return nn.CrossEntropyLoss(weight, ignore_index=ignore_index)


def relative_to_the_largest(counts, ignore_index):
    """Let the most frequent class weigh 1; fill in the settings afterwards."""
    loss_fn = nn.CrossEntropyLoss(weight=max(counts) / torch.tensor(counts))
    loss_fn.ignore_index = ignore_index
    return loss_fn


def summing_to_one(counts, ignore_index):
    """Normalise: it changes nothing that the mean can see."""
    inverse = torch.tensor(counts, dtype=torch.float32).reciprocal()
    weight = inverse / inverse.sum()
    return nn.CrossEntropyLoss(weight=weight, ignore_index=ignore_index, reduction="mean")


def also_without_the_class(counts, ignore_index):
    """A class that is left out may weigh anything."""
    weight = torch.tensor([0.0 if c == ignore_index else 9 / n for c, n in enumerate(counts)])
    return nn.CrossEntropyLoss(weight=weight, ignore_index=ignore_index)
