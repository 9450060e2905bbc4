# weighted by the number of examples
import torch


def macro_f1(matrix):
    tp = matrix.diag().double()
    support = matrix.sum(1).double()
    f1 = torch.nan_to_num(2 * tp / (matrix.sum(0) + matrix.sum(1)))
    return (f1 * support / support.sum()).sum().item()
