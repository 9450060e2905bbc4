"""Softmax from scratch, for scores of any height, along any dimension."""

import torch


def softmax(logits, dim):
    """Turn raw scores into probabilities along one dimension, without the library's softmax.

    A probability is the exponential of its score, divided by the sum of the exponentials along
    `dim`: p_i = exp(x_i) / sum_j exp(x_j), where j runs along `dim` and all other indices stay as
    they are. So the probabilities along `dim` sum to 1, and only how far the scores lie apart
    counts. That has to come out for high and low scores too: scores near 1000 or -1000 have
    probabilities like any others, although in float32 exp(1000) is inf and exp(-1000) is 0. The
    same goes for the gradient.

    Do without torch's softmax, softmin and log_softmax, be they functions, methods or layers.

    Args:
        logits: raw scores, finite, between -1000 and 1000; two dimensions or more; float32 or
            float64.
        dim: the dimension to add up along, an integer; negative ones count from the end.

    Returns:
        The probabilities, of the shape and dtype of `logits`; gradients flow back through them to
        `logits`. `logits` itself stays as it is.

    Example:
        >>> logits = torch.tensor([[1.0, 1.0], [1.0, 3.0]])
        >>> softmax(logits, 1)
        tensor([[0.5000, 0.5000],
                [0.1192, 0.8808]])
        >>> softmax(logits, 0)
        tensor([[0.5000, 0.1192],
                [0.5000, 0.8808]])
        >>> softmax(torch.tensor([[1000.0, 998.0]]), -1)
        tensor([[0.8808, 0.1192]])

    Read: torch.nn.Softmax
        https://docs.pytorch.org/docs/stable/generated/torch.nn.Softmax.html
    """
    raise NotImplementedError
