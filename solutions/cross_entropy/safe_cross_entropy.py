"""A batch without any answer: the loss 0, and a gradient of zeros instead of nan."""

import torch
import torch.nn.functional as F


def safe_cross_entropy(logits, target, ignore_index):
    """Average the cross entropy over the targets that count, even if none of them does.

    Sometimes every target of a batch is `ignore_index`: only padding, nothing labelled. Then the
    loss is 0, and `backward()` works as for any other batch: it leaves a gradient of zeros in
    `logits`, so a training loop can continue, and the model learns nothing from this batch.

    The loss of every other batch is that of cross_entropy/masked_cross_entropy: the mean over the
    examples whose target is not `ignore_index`, also if that is a single one. In float64, loss and
    gradient must have the precision of float64.

    Args:
        logits: raw scores, up to 1e6 in size, shape (N, C), C at least 2, float32 or float64. Do
            not modify them.
        target: the class of each example, shape (N,), integers in [0, C) or equal to
            `ignore_index`. Do not modify it.
        ignore_index: an integer, usually -100 or 255, sometimes a class.

    Returns:
        The loss, a scalar tensor (shape `()`) of the dtype of `logits`, never nan; gradients flow
        back from it to `logits`, also if they are all 0.

    Example:
        >>> logits = torch.tensor([[2.0, 0.0], [0.0, 5.0]], requires_grad=True)
        >>> loss = safe_cross_entropy(logits, torch.tensor([-100, -100]), -100)
        >>> loss.item()
        0.0
        >>> loss.backward()
        >>> logits.grad.abs().sum()
        tensor(0.)

    Read: torch.nn.CrossEntropyLoss, "reduction"
        https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
    """
    total = F.cross_entropy(logits, target, ignore_index=ignore_index, reduction="sum")
    count = (target != ignore_index).sum()
    return total / count.clamp(min=1)


def with_a_branch(logits, target, ignore_index):
    """Ask first, and let the 0 come from the logits, so that it has a gradient."""
    kept = target != ignore_index
    if kept.any():
        return F.cross_entropy(logits[kept], target[kept])
    return (0.0 * logits).sum()


def of_what_is_left(logits, target, ignore_index):
    """The sum over no rows at all is 0, and still knows where it came from."""
    kept = target != ignore_index
    log_probs = logits[kept].log_softmax(dim=1)
    picked = log_probs.gather(1, target[kept][:, None])
    return -picked.sum() / max(len(picked), 1)


def with_nan_to_num(logits, target, ignore_index):
    """Finite scores give nan only where nothing counts, and the library's gradient is 0 there."""
    return F.cross_entropy(logits, target, ignore_index=ignore_index).nan_to_num(nan=0.0)


def with_where(logits, target, ignore_index):
    """Choose the denominator before it is divided by, not the quotient afterwards."""
    mask = (target != ignore_index).to(logits.dtype)
    valid = target.masked_fill(target == ignore_index, 0)
    count = torch.where(mask.any(), mask.sum(), 1.0)
    return F.cross_entropy(logits, valid, reduction="none") @ mask / count
