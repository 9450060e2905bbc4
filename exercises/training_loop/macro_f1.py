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
    raise NotImplementedError
