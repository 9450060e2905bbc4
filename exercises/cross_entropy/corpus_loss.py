"""One number for a whole corpus, whose batches do not all count the same."""

import torch
import torch.nn.functional as F


def corpus_loss(batches, ignore_index):
    """Average the cross entropy over all targets of a corpus that are not to be ignored.

    The exercise starts with a version of this function that has one bug: it is right if each batch
    has the same number of targets that count, wrong if these numbers differ, and nan if a batch has
    none. Find the bug and fix it.

    The loss of a corpus must not depend on how it was cut into batches: it is the same as if all
    examples were in a single batch. Each target that counts, counts once. A batch whose targets are
    all ignored changes nothing.

    Args:
        batches: a list of batches (logits, target). The logits are raw scores, shape (N, C),
            float32, some of them 150 apart, the targets int64 in [0, C) or equal to `ignore_index`,
            shape (N,). N, at least 1, may differ from batch to batch; C does not (C at least 2).
            At least one target of the corpus counts. Do not modify the list or its tensors.
        ignore_index: the target to leave out, an integer, usually -100 or 255, sometimes one of the
            classes.

    Returns:
        The mean loss of the targets that count, a Python float.

    Example: the first batch has one target that counts, the second has two.
        >>> leading = torch.tensor([[2.0, 0.0], [2.0, 0.0]])
        >>> batches = [(leading, torch.tensor([0, -100])), (leading, torch.tensor([1, 1]))]
        >>> round(corpus_loss(batches, -100), 4)  # (0.1269 + 2.1269 + 2.1269) / 3
        1.4603

    Read: torch.nn.CrossEntropyLoss, "reduction"
        https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
    """
    total, count = 0.0, 0
    for logits, target in batches:
        loss = F.cross_entropy(logits, target, ignore_index=ignore_index)
        total += loss.item()
        count += 1
    return total / count
