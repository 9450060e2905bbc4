import torch


def row_probabilities(logits):
    scores = (logits - logits.amax(1, keepdim=True)).exp()
    return scores / scores.sum(1, keepdim=True)
