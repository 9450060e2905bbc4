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
    pairs = target.long() * classes + predicted
    return torch.bincount(pairs, minlength=classes * classes).reshape(classes, classes)


def one_by_one(target, predicted, classes):
    """A loop over the examples, in plain Python."""
    counts = [[0] * classes for _ in range(classes)]
    for right, said in zip(target.tolist(), predicted.tolist(), strict=True):
        counts[right][said] += 1
    return torch.tensor(counts, device=target.device)


def with_index_put(target, predicted, classes):
    """Add up at the same place as often as it occurs: `accumulate=True`."""
    counts = torch.zeros(classes, classes, dtype=torch.int64, device=target.device)
    one = torch.ones_like(predicted)
    return counts.index_put_((target.to(torch.int64), predicted), one, accumulate=True)


def pair_by_pair(target, predicted, classes):
    """Count each pair of classes by itself."""
    counts = target.new_zeros(classes, classes, dtype=torch.long)
    for right in range(classes):
        for said in range(classes):
            counts[right, said] = ((target == right) & (predicted == said)).sum()
    return counts


def by_multiplying(target, predicted, classes):
    """Multiply one-hot vectors: each example adds 1 in one place."""
    every = torch.arange(classes, device=target.device)
    right, said = ((labels[:, None] == every).double() for labels in (target, predicted))
    return (right.t() @ said).long()
