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
    raise NotImplementedError
