"""From raw scores to a loss: the mean cross entropy of a batch."""

import torch
import torch.nn.functional as F


def cross_entropy(logits, target):
    """Average the cross entropy over a batch: the usual loss of a classifier.

    The loss of one example is minus the natural logarithm of the probability that softmax gives to
    its right class. The loss of a batch is the mean over its examples. The loss and its gradient
    must also be right when the model is very sure and wrong, with scores that are 150 apart, in one
    example or in two.

    Args:
        logits: raw scores as they leave the model (no softmax yet), shape (N, C), C at least
            2, float32 or float64. Do not modify them.
        target: the right class of each example, shape (N,), int64, in [0, C).

    Returns:
        The loss, a scalar tensor (shape `()`) of the dtype of `logits`; gradients flow back from it
        to `logits`.

    Example:
        >>> logits = torch.tensor([[2.0, 0.0], [2.0, 0.0]])
        >>> cross_entropy(logits, torch.tensor([0, 1]))
        tensor(1.1269)
        >>> cross_entropy(torch.tensor([[150.0, 0.0]]), torch.tensor([1]))
        tensor(150.)

    Read: torch.nn.CrossEntropyLoss
        https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
    """
    return F.cross_entropy(logits, target)


def from_log_probabilities(logits, target):
    """The two halves of the library's function, one after the other."""
    return F.nll_loss(logits.log_softmax(dim=1), target)


def from_probability_targets(logits, target):
    """Give each right class the probability 1 and the others 0."""
    one_hot = F.one_hot(target, logits.shape[1]).to(logits.dtype)
    return F.cross_entropy(logits, one_hot)


def by_hand(logits, target):
    """How far the right score is below the logarithm of the sum of all exponentials."""
    right = logits.gather(1, target[:, None]).squeeze(1)
    return (torch.logsumexp(logits, dim=1) - right).mean()
