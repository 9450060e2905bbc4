# the means of precision and recall first, and the F1 score of these
import torch


def macro_f1(matrix):
    tp = torch.diag(matrix).double()
    present = matrix.sum(0) + matrix.sum(1) > 0
    precision = tp / matrix.sum(0).clamp(min=1)
    recall = tp / matrix.sum(1).clamp(min=1)
    p = precision[present].mean()
    r = recall[present].mean()
    if p + r == 0:
        return 0.0
    return (2 * p * r / (p + r)).item()
