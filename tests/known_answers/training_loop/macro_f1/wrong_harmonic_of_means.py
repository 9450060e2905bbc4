# F1 of the mean precision and the mean recall
import torch


def macro_f1(matrix):
    tp = matrix.diag().float()
    precision = torch.nan_to_num(tp / matrix.sum(0)).mean()
    recall = torch.nan_to_num(tp / matrix.sum(1)).mean()
    return (2 * precision * recall / (precision + recall)).item()
