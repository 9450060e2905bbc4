"""The class that a model decides for, and how sure it is."""

import torch


def prediction(logits):
    """Name the best class of each example, and say how probable it is.

    Args:
        logits: raw scores, any finite numbers, shape (N, C), C at least 2, float32 or float64.
            There are no ties: the largest score of a row and the next one are 0.001 apart or more.

    Returns:
        A tuple (label, confidence). label: the index of the class with the largest score in each
        row, counted from 0; shape (N,), dtype int64. confidence: the probability that softmax over
        the classes gives to that label, not rounded; shape (N,), dtype of `logits`. Gradients need
        not flow back. Do not modify `logits`.

    Example:
        >>> label, confidence = prediction(torch.tensor([[0.0, 3.0, 1.0], [2.0, 0.0, 1.0]]))
        >>> label
        tensor([1, 0])
        >>> confidence
        tensor([0.8438, 0.6652])

    Read: torch.max, "dim"
        https://docs.pytorch.org/docs/stable/generated/torch.max.html
    """
    confidence, label = logits.softmax(dim=1).max(dim=1)
    return label, confidence


def with_two_maxima(logits):
    """Softmax keeps the order of the scores, so the best score belongs to the best probability."""
    return logits.argmax(dim=1), logits.softmax(dim=1).amax(dim=1)


def with_one_index_per_row(logits):
    """Find the label first, then pick its probability in each row."""
    label = logits.argmax(dim=-1)
    row = torch.arange(len(logits), device=logits.device)
    return label, torch.softmax(logits, dim=-1)[row, label]


def with_the_first_of_topk(logits):
    """Take the best one of each row, and drop the dimension of size 1 that is left."""
    confidence, label = logits.softmax(dim=1).topk(1, dim=1)
    return label.squeeze(1), confidence.squeeze(1)


def with_gather(logits):
    """Gather the logarithm of one probability per row."""
    label = logits.max(dim=1).indices
    picked = logits.log_softmax(dim=1).gather(1, label.unsqueeze(1))
    return label, picked.flatten().exp()
