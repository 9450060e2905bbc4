"""Some targets say nothing: the mean cross entropy of the others."""

import torch
import torch.nn.functional as F


def masked_cross_entropy(logits, target, ignore_index):
    """Average the cross entropy over the examples whose target is not `ignore_index`.

    Padding and unlabelled examples carry a target that means "no answer here". The loss is the same
    as if these examples were not in the batch, and their scores get the gradient 0. `ignore_index`
    may be one of the classes: then the examples with this target are left out in the same way, but
    the score of the class stays in the softmax of all other examples.

    Args:
        logits: raw scores, shape (N, C), C at least 2, float32, some of them 150 apart. Do not
            modify them.
        target: the class of each example, shape (N,), int64, in [0, C) or equal to `ignore_index`;
            at least one is not. Do not modify it.
        ignore_index: an integer, usually -100, -1 or 255, sometimes a class.

    Returns:
        The loss, a scalar tensor (shape `()`) of the dtype of `logits`; gradients flow back from it
        to `logits`.

    Example: only the first and the last example count.
        >>> logits = torch.tensor([[2.0, 0.0], [0.0, 5.0], [2.0, 0.0]])
        >>> masked_cross_entropy(logits, torch.tensor([0, 255, 1]), 255)
        tensor(1.1269)

    Read: torch.nn.CrossEntropyLoss, "ignore_index"
        https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
    """
    kept = target != ignore_index
    return F.cross_entropy(logits[kept], target[kept])


def with_the_library(logits, target, ignore_index):
    """Let the library do it."""
    return F.cross_entropy(logits, target, ignore_index=ignore_index)


def with_a_mask(logits, target, ignore_index):
    """Losses of all examples under some valid class, of which the ignored ones count 0 times."""
    mask = (target != ignore_index).to(logits.dtype)
    valid = torch.where(target == ignore_index, 0, target)
    return F.cross_entropy(logits, valid, reduction="none") @ mask / mask.sum()
