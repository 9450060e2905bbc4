# the counts of all classes added up first: the micro average
import torch


def macro_f1(matrix):
    tp = torch.diag(matrix)
    fp = matrix.sum(dim=0) - tp
    fn = matrix.sum(dim=1) - tp
    return (2 * tp.sum() / (2 * tp.sum() + fp.sum() + fn.sum())).item()
