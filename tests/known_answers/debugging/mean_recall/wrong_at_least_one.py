# Divides by 1 where a class has no examples: it counts as 0
import torch


def mean_recall(targets, predicted, classes):
    recalls = []
    for label in range(classes):
        examples = (targets == label).sum().item()
        found = ((targets == label) & (predicted == label)).sum().item()
        recalls.append(found / max(examples, 1))
    return sum(recalls) / len(recalls)
