"""Which N do you divide by? The mean of a weighted cross entropy."""

import torch
import torch.nn.functional as F


def weighted_mean(logits, target, weight):
    """Average the cross entropy over a batch in which each class has its own weight.

    An example counts as much as the weight of its class: one of weight 5 counts as much as five
    of weight 1. So the mean is what `nn.CrossEntropyLoss(weight=weight)` gives, and the same as
    without weights where all of them are equal.

    Args:
        logits: raw scores, shape (N, C), C at least 2, float32, some of them 150 apart. Do not
            modify them.
        target: the class of each example, shape (N,), integers in [0, C).
        weight: the weight of each class, shape (C,), float32, above 0, often far below 1. Do not
            modify them.

    Returns:
        The loss, a scalar tensor (shape `()`) of the dtype of `logits`; gradients flow back from it
        to `logits`.

    Example:
        >>> logits = torch.tensor([[2.0, 0.0], [2.0, 0.0]])
        >>> target = torch.tensor([0, 1])
        >>> weighted_mean(logits, target, torch.tensor([1.0, 3.0]))
        tensor(1.6269)

    Read: torch.nn.CrossEntropyLoss, "weight"
        https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
    """
    raise NotImplementedError
