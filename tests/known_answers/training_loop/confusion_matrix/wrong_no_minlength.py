# bincount without minlength
import torch


def confusion_matrix(target, predicted, classes):
    counts = torch.bincount(target.long() * classes + predicted)
    return counts.reshape(classes, classes)
