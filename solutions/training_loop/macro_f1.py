"""One number for how well a classifier does on all classes, the rare ones too."""

import torch


def macro_f1(matrix):
    """Average the F1 scores of the classes, each class with the same weight.

    For one class, TP (true positives) counts its examples that are predicted as such, FN (false
    negatives) its other examples, and FP (false positives) the examples of other classes that are
    predicted as this one. Its F1 score is the harmonic mean of its precision TP / (TP + FP) and its
    recall TP / (TP + FN), which is

        F1 = 2 TP / (2 TP + FP + FN)

    A class without true positives has the F1 score 0. A class that is neither the right one nor the
    predicted one of any example (TP + FP + FN = 0) has none: it is left out of the mean.

    Args:
        matrix: a confusion matrix, shape (C, C), C at least 2, int64: [i, j] is the number of
            examples of class i that were predicted as class j, from 0 to 1000000. At least one is
            above 0. Do not modify it.

    Returns:
        The mean of the F1 scores, a Python float from 0 to 1.

    Example:
        >>> macro_f1(torch.tensor([[6, 2, 0], [2, 12, 0], [0, 4, 0]]))  # (0.75 + 0.75 + 0) / 3
        0.5

    Read: torch.diag
        https://docs.pytorch.org/docs/stable/generated/torch.diag.html
    """
    hits = matrix.diag()
    counts = matrix.sum(dim=0) + matrix.sum(dim=1)
    there = counts > 0
    return (2 * hits[there] / counts[there]).mean().item()


def from_precision_and_recall(matrix):
    """Where there are no hits, all three are 0."""
    hits = matrix.diagonal().double()
    predicted, examples = matrix.sum(0), matrix.sum(1)
    precision = torch.where(predicted > 0, hits / predicted, 0.0)
    recall = torch.where(examples > 0, hits / examples, 0.0)
    f1 = torch.where(hits > 0, 2 * precision * recall / (precision + recall), 0.0)
    return float(f1[(predicted > 0) | (examples > 0)].mean())


def class_by_class(matrix):
    """A loop over the classes, in plain Python."""
    rows = matrix.tolist()
    scores = []
    for c, row in enumerate(rows):
        tp, fn = row[c], sum(row) - row[c]
        fp = sum(other[c] for other in rows) - tp
        if tp + fp + fn:
            scores.append(2 * tp / (2 * tp + fp + fn))
    return sum(scores) / len(scores)


def with_nanmean(matrix):
    """0 / 0 is nan, and `nanmean` leaves it out."""
    wrong = matrix.clone().fill_diagonal_(0)
    tp = matrix.diag()
    return torch.nanmean(2 * tp / (2 * tp + wrong.sum(0) + wrong.sum(1))).item()
