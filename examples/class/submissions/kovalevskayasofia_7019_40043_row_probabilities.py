import torch


def row_probabilities(logits):
    scores = logits.exp()
    return scores / scores.sum(1, keepdim=True)
