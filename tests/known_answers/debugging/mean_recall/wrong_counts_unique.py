# wrong (subtle): loops over range(number of classes present), so with targets [0, 0, 2] class 2 is never looked at.
import torch


def mean_recall(targets, predicted, classes):
    recalls = []
    present = len(torch.unique(targets))
    for label in range(present):
        examples = (targets == label).sum().item()
        found = ((targets == label) & (predicted == label)).sum().item()
        if examples > 0:
            recalls.append(found / examples)
    return sum(recalls) / present
