# target * classes in uint8, which goes to 255 only
import torch


def confusion_matrix(target, predicted, classes):
    index = target * classes + predicted
    counts = torch.bincount(index, minlength=classes * classes)
    return counts.reshape(classes, classes)
