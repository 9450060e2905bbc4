"""Which class is taken for which: a table that says more than the accuracy."""

import torch


def confusion_matrix(target, predicted, classes):
    """Count how often each class is predicted for each class.

    Args:
        target: the class index of each example, shape (N,), N may be 0, in [0, classes), int64 or
            uint8 (as labels are often stored). Do not modify it.
        predicted: what a model says of the same examples: class indices of the same shape and
            range, int64. Do not modify them.
        classes: the number of classes, an int, at least 2. Some of them may neither be in `target`
            nor in `predicted`.

    Returns:
        The counts, shape (classes, classes), int64, on the device of `target`. Rows are the right
        classes and columns the predicted ones: [2, 0] is the number of examples of class 2 that
        were taken for class 0, and the diagonal has those that are right.

    Example:
        >>> confusion_matrix(torch.tensor([0, 0, 2, 2]), torch.tensor([0, 1, 0, 2]), classes=3)
        tensor([[1, 1, 0],
                [0, 0, 0],
                [1, 0, 1]])

    Read: torch.bincount
        https://docs.pytorch.org/docs/stable/generated/torch.bincount.html
    """
    raise NotImplementedError
