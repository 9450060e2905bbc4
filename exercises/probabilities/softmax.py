"""Softmax from scratch, for scores of any height, along any dimension."""

import torch


def softmax(logits, dim):
    """Turn raw scores into probabilities along one dimension, without the library's softmax.

    A probability is the exponential of its score, divided by the sum of the exponentials along
    `dim`: p_i = exp(x_i) / sum_j exp(x_j), where j runs along `dim` and all other indices are
    fixed. So the probabilities along `dim` sum to 1, and only the differences between the scores
    matter. The result must be right for high and low scores too: scores near 1000 or -1000 have
    probabilities like any others, although in float32 exp(1000) is inf and exp(-1000) is 0. The
    gradient must be right there too.

    Do not use torch's softmax, softmin or log_softmax, neither as a function nor as a method nor as
    a layer. (`torch.logsumexp` and `torch.logaddexp` are allowed.)

    Args:
        logits: raw scores, finite, between -1000 and 1000; two dimensions or more; float32 or
            float64. Do not modify them.
        dim: the dimension to add up along, an integer; negative ones count from the end.

    Returns:
        The probabilities, of the shape and dtype of `logits`; gradients flow back through them to
        `logits`.

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
