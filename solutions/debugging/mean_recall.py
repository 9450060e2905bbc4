"""The mean recall of a tutorial's classifier, over all classes."""

import torch


def mean_recall(targets, predicted, classes):
    """Average the recall of the classes, each class with the same weight.

    The exercise starts with a version of this function that has one bug: where a classifier has the
    recalls 0.9, 0.84 and 0.0, it reports a mean of 0.87, and it should be 0.58. Where no prediction
    is right it fails. Find the bug and fix it.

    The recall of a class is the share of its examples that are predicted as that class. It is 0
    where none of them is. A class without examples has no recall, and is left out of the mean.

    Args:
        targets: the class index of each example, shape (N,), N at least 1, int64. Do not modify it.
        predicted: the class index that was predicted for each example, of the same shape and dtype.
            Do not modify it.
        classes: the number of classes, an int, at least 2. Not all of them need to be in `targets`
            or in `predicted`.

    Returns:
        The mean of the recalls, a Python float from 0 to 1.

    Example:
        >>> targets = torch.tensor([0, 0, 1, 1, 2])
        >>> predicted = torch.tensor([0, 0, 1, 0, 0])
        >>> mean_recall(targets, predicted, classes=4)  # (1.0 + 0.5 + 0.0) / 3
        0.5

    Read: Classification: Accuracy, recall, precision, and related metrics
        https://developers.google.com/machine-learning/crash-course/classification/accuracy-precision-recall
    """
    recalls = []
    for label in range(classes):
        examples = (targets == label).sum().item()
        found = ((targets == label) & (predicted == label)).sum().item()
        if examples == 0:
            continue
        recalls.append(found / examples)
    return sum(recalls) / len(recalls)


def with_counts(targets, predicted, classes):
    """Count all classes at once; 0 / 0 is nan, and is left out of the mean."""
    examples = torch.bincount(targets, minlength=classes)
    found = torch.bincount(targets[predicted == targets], minlength=classes)
    return (found.double() / examples).nanmean().item()


def of_the_classes_that_occur(targets, predicted, classes):
    """Go through the classes that have examples, and no others."""
    hits = (predicted == targets).double()
    recalls = [hits[targets == label].mean() for label in targets.unique()]
    return float(torch.stack(recalls).mean())
