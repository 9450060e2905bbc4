# bincount without minlength
import torch


def confusion_matrix(target, predicted, classes):
    index = target.long() * classes + predicted
    return torch.bincount(index).reshape(classes, classes)
