import torch


def row_probabilities(logits):
    return torch.softmax(logits, dim=0)
