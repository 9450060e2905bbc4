"""Yes or no: the loss of a single score."""

import torch
import torch.nn.functional as F


def binary_cross_entropy(logits, target):
    """Average the binary cross entropy of all entries, given raw scores.

    Each entry asks one question: is it there? Its score may be any number, and sigmoid(score) is
    the probability of yes. The loss of an entry is -log of the probability that it gives to the
    right answer; if the target is between no (0) and yes (1), it is the mean of the two losses,
    weighted by how much the target is no and how much it is yes.

    The loss has to stay exact where the model is sure and wrong: at a score of 200 and the target 0
    it is 200, in float32 as well, and the gradient says so. Where a score is exactly 0, as of a new
    layer of zeros, the gradient has to be right, too.

    Args:
        logits: raw scores from -200 to 200, shape (N,) or (N, C), float32 or float64. Do not modify
            them.
        target: numbers from 0 to 1, of the shape and dtype of `logits`. Do not modify them.

    Returns:
        The mean over all entries, a scalar tensor (shape `()`) of the dtype of `logits`; gradients
        flow back from it to `logits`.

    Example: a score of 1 leans to yes; one of 200 is sure of it, and wrong if the target is 0.
        >>> binary_cross_entropy(torch.tensor([1.0]), torch.tensor([1.0]))
        tensor(0.3133)
        >>> binary_cross_entropy(torch.tensor([200.0]), torch.tensor([0.0]))
        tensor(200.)

    Read: torch.nn.BCEWithLogitsLoss
        https://docs.pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html
    """
    raise NotImplementedError
