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
        loss = F.cross_entropy(logits, target, ignore_index=ignore_index, reduction="sum")
        total += loss.item()
        count += int((target != ignore_index).sum())
    return total / count


def as_one_batch(batches, ignore_index):
    """Put all batches together, where memory allows it."""
    logits = torch.cat([logits for logits, _ in batches])
    target = torch.cat([target for _, target in batches])
    return F.cross_entropy(logits, target, ignore_index=ignore_index).item()


def from_the_means(batches, ignore_index):
    """Weigh each batch's mean by how many of its targets count, and skip batches without any."""
    total, count = 0.0, 0
    for logits, target in batches:
        kept = int((target != ignore_index).sum())
        if kept == 0:
            continue
        mean = F.cross_entropy(logits, target, ignore_index=ignore_index)
        total += mean.item() * kept
        count += kept
    return total / count


def from_single_losses(batches, ignore_index):
    """Collect the losses of all examples that count."""
    losses = []
    for logits, target in batches:
        kept = target != ignore_index
        losses += F.cross_entropy(logits[kept], target[kept], reduction="none").tolist()
    return sum(losses) / len(losses)


def running_mean(batches, ignore_index):
    """Know the mean of what came so far after each batch."""
    mean, seen = 0.0, 0
    for logits, target in batches:
        kept = target[target != ignore_index]
        loss = F.cross_entropy(logits, target, ignore_index=ignore_index, reduction="sum")
        seen += len(kept)
        mean += (loss.item() - mean * len(kept)) / max(seen, 1)
    return mean
