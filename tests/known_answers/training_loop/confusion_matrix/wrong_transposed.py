# rows and columns the other way round
import torch


def confusion_matrix(target, predicted, classes):
    matrix = torch.zeros(classes, classes, dtype=torch.int64, device=target.device)
    for t, p in zip(target, predicted):
        matrix[p.long(), t.long()] += 1
    return matrix
