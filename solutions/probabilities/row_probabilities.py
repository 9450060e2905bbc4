"""Softmax over a table: which numbers add up to 1, those of a row or those of a column?"""

import torch


def row_probabilities(logits):
    """Turn a table of raw scores into probabilities over the classes, row by row.

    Each row is one example, each column one class. The probabilities of an example are the softmax
    of its own scores: they are between 0 and 1, they sum to 1, a larger score never gets a smaller
    probability, and they do not depend on the other examples of the table.

    Args:
        logits: raw scores, any finite numbers, shape (N, C), float32 or float64; C is at least 1.

    Returns:
        The probabilities, of the shape and dtype of `logits`; gradients flow back through them to
        `logits`. Do not modify `logits`.

    Example:
        >>> row_probabilities(torch.tensor([[1.0, 1.0], [1.0, 3.0]]))
        tensor([[0.5000, 0.5000],
                [0.1192, 0.8808]])

    Read: torch.nn.functional.softmax, "dim"
        https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.softmax.html
    """
    return logits.softmax(dim=1)


def with_a_module(logits):
    """Let a layer do it, and count the dimensions from the end."""
    return torch.nn.Softmax(dim=-1)(logits)


def from_log_probabilities(logits):
    """Take the exponential of the logarithms of the probabilities."""
    return logits.log_softmax(dim=1).exp()


def from_exponentials(logits):
    """Exponentials, at most 1 so that none overflows, divided by their sum."""
    exponentials = (logits - logits.amax(dim=1, keepdim=True)).exp()
    return exponentials / exponentials.sum(dim=1, keepdim=True)
