# bytes times the number of classes overflow
import torch


def confusion_matrix(target, predicted, classes):
    pairs = target * classes + predicted.to(target.dtype)
    return torch.bincount(pairs, minlength=classes**2).view(classes, classes)
