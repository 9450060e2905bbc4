# Right: the probability from the best score and the logsumexp of its row.
import torch


def prediction(logits):
    label = logits.argmax(1)
    best = logits[torch.arange(logits.shape[0]), label]
    return label, torch.exp(best - torch.logsumexp(logits, dim=1))
