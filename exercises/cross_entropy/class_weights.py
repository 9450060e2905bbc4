"""How much should a rare class count? Weights for nn.CrossEntropyLoss from class counts."""

import torch


def class_weights(counts):
    """Choose weights for `nn.CrossEntropyLoss(weight=...)` so that rare classes count enough.

    Where one class has many examples, a plain mean is dominated by that class. The weight of a
    class is how much each of its examples counts. Choose the weights so that all examples of a
    class together count as much as all examples of any other class.

    Only the ratios of the weights are compared, so any positive factor on all of them is right: the
    mean that `nn.CrossEntropyLoss` takes divides by the sum of the weights.

    Args:
        counts: how many examples each class has, shape (C,), C at least 2, int64, each at least 1,
            as `torch.bincount(targets)` gives them. Do not modify them.

    Returns:
        One weight for each class, a float32 tensor of shape (C,), all above 0.

    Example: a class with half as many examples gets weights twice as large.
        >>> weight = class_weights(torch.tensor([10, 20, 40]))
        >>> weight / weight[-1]
        tensor([4., 2., 1.])

    Read: torch.nn.CrossEntropyLoss, "weight"
        https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
    """
    raise NotImplementedError
