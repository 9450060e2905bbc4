"""Binary cross entropy where a yes counts more than a no."""

import torch
import torch.nn.functional as F


def weighted_binary_loss(logits, target, pos_weight):
    """Average the binary cross entropy of all entries, with the losses of yes multiplied.

    If yes is rare, its losses count more: those of question c are multiplied by `pos_weight[c]`,
    and the losses of no are not. A target between 0 and 1 is partly yes: that part of its loss is
    multiplied, and the rest is not. The sum is divided by the number of entries, N * C, whatever
    the weights are. (They are given here; how to find them is another exercise,
    regression_and_binary/pos_weight.)

    Args:
        logits: raw scores from -100 to 100, of N examples for C questions, shape (N, C), float32 or
            float64. Some may be exactly 0. Do not modify them.
        target: numbers from 0 to 1, of the shape and dtype of `logits`. Do not modify them.
        pos_weight: a positive number for each question, shape (C,), of the dtype of
            `logits`. Do not modify it.

    Returns:
        The loss, a scalar tensor (shape `()`) of the dtype of `logits`; gradients flow back from it
        to `logits`.

    Example: one example and two questions; (3 * 0.3133 + 1.3133) / 2 is the mean.
        >>> logits, target = torch.tensor([[1.0, 1.0]]), torch.tensor([[1.0, 0.0]])
        >>> weighted_binary_loss(logits, target, torch.tensor([3.0, 5.0]))
        tensor(1.1265)

    Read: torch.nn.BCEWithLogitsLoss, "pos_weight"
        https://docs.pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html
    """
    return F.binary_cross_entropy_with_logits(logits, target, pos_weight=pos_weight)


def from_two_log_probabilities(logits, target, pos_weight):
    """As the documentation writes it."""
    yes, no = F.logsigmoid(logits), F.logsigmoid(-logits)
    return -(pos_weight * target * yes + (1 - target) * no).mean()


def between_no_and_yes(logits, target, pos_weight):
    """Between the loss of no and that of yes, as far as the target is from 0 to 1."""
    yes = F.softplus(-logits) * pos_weight
    no = F.softplus(logits)
    return torch.lerp(no, yes, target).sum() / logits.numel()


def with_a_module(logits, target, pos_weight):
    """The loss as an object, with the weights in it."""
    loss_fn = torch.nn.BCEWithLogitsLoss(pos_weight=pos_weight)
    return loss_fn(logits, target)
