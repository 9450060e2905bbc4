# rows are the predictions
import torch


def confusion_matrix(target, predicted, classes):
    cm = torch.zeros(classes, classes, dtype=torch.int64)
    for t, p in zip(target.tolist(), predicted.tolist()):
        cm[p, t] += 1
    return cm
