import torch


def row_probabilities(logits):
    return logits.softmax(dim=1)
