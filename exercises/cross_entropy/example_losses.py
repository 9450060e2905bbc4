"""One loss for each example, before anything is averaged."""

import torch
import torch.nn.functional as F


def example_losses(logits, target):
    """Give the cross entropy of each example of a batch, without averaging.

    The loss of one example is minus the natural logarithm of the probability that softmax gives to
    its right class; it depends on its own row of scores and on no other example. To see which
    examples are hard, or to weigh them, you need these numbers and not their mean. They must also
    be right when the model is very sure and wrong, with scores that are 150 apart.

    Args:
        logits: raw scores, shape (N, C), C at least 2, float32 or float64. Do not modify them.
        target: the right class of each example, shape (N,), int64, in [0, C).

    Returns:
        The losses, one tensor of shape (N,), also for a single example, in the order of the batch
        and of the dtype of `logits`. Gradients flow back from each of them to its row of `logits`.

    Example:
        >>> logits = torch.tensor([[2.0, 0.0], [2.0, 0.0], [0.0, 0.0]])
        >>> example_losses(logits, torch.tensor([0, 1, 1]))
        tensor([0.1269, 2.1269, 0.6931])

    Read: torch.nn.CrossEntropyLoss, "reduction"
        https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
    """
    raise NotImplementedError
