# Leaves the classes out that are never predicted
import torch


def mean_recall(targets, predicted, classes):
    recalls = []
    for label in range(classes):
        examples = (targets == label).sum().item()
        found = ((targets == label) & (predicted == label)).sum().item()
        if label not in targets or label not in predicted:
            continue
        recalls.append(found / examples)
    return sum(recalls) / len(recalls)
