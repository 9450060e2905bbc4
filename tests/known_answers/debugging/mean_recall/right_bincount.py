# Counts with bincount, and leaves nan out
import torch


def mean_recall(targets, predicted, classes):
    examples = torch.bincount(targets, minlength=classes)
    found = torch.bincount(targets[targets == predicted], minlength=classes)
    return (found.double() / examples).nanmean().item()
