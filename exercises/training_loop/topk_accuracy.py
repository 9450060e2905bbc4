"""How often the right class is among the best k: the accuracies that ImageNet is reported with."""

import torch


def topk_accuracy(logits, target, ks):
    """Compute the top-k accuracy for several k at once.

    An example is right at k if fewer than k classes have a larger score than its own class. With
    k = 1 this is the usual accuracy.

    Args:
        logits: raw scores, finite numbers, shape (N, C), N at least 1, C at least 2, float32 or
            float64. There are no ties: the scores of a row are all different, but they may be
            close. Do not modify them.
        target: the class of each example, shape (N,), int64, in [0, C).
        ks: the values of k, a tuple or a list of at least one int, each at least 1, no two equal,
            in any order. Some may be above C: then every example is right.

    Returns:
        A dict {k: accuracy} with one entry for each k of `ks`, where accuracy is the share of the
        examples that are right at k, a Python float from 0 to 1 (as exact as float32 is enough).

    Example:
        >>> logits = torch.tensor([[3.0, 2.0, 1.0], [3.0, 2.0, 1.0], [1.0, 2.0, 3.0]])
        >>> topk_accuracy(logits, torch.tensor([0, 1, 0]), ks=(1, 2))
        {1: 0.3333333333333333, 2: 0.6666666666666666}

    Read: torch.topk
        https://docs.pytorch.org/docs/stable/generated/torch.topk.html
    """
    raise NotImplementedError
