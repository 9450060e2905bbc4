# an absent class counts as 0
import torch


def macro_f1(matrix):
    tp = matrix.diag()
    f1 = 2 * tp / (matrix.sum(0) + matrix.sum(1)).clamp(min=1)
    return f1.mean().item()
