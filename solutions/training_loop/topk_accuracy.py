"""How often the right class is among the best k: the accuracies that ImageNet is reported with."""

import torch


def topk_accuracy(logits, target, ks):
    """Compute the top-k accuracy for several k at once.

    An example is right at k if fewer than k classes have a larger score than its own class. With
    k = 1 this is the usual accuracy.

    Args:
        logits: raw scores, finite numbers, shape (N, C), N at least 1, C at least 2, float32 or
            float64. There are no ties: the scores of a row are all different, but they may be
            close. Do not modify them.
        target: the class of each example, shape (N,), int64, in [0, C).
        ks: the values of k, a tuple or a list of at least one int, each at least 1, no two equal,
            in any order. Some may be above C: then every example is right.

    Returns:
        A dict {k: accuracy} with one entry for each k of `ks`, where accuracy is the share of the
        examples that are right at k, a Python float from 0 to 1 (as exact as float32 is enough).

    Example:
        >>> logits = torch.tensor([[3.0, 2.0, 1.0], [3.0, 2.0, 1.0], [1.0, 2.0, 3.0]])
        >>> topk_accuracy(logits, torch.tensor([0, 1, 0]), ks=(1, 2))
        {1: 0.3333333333333333, 2: 0.6666666666666666}

    Read: torch.topk
        https://docs.pytorch.org/docs/stable/generated/torch.topk.html
    """
    best = logits.topk(min(max(ks), logits.shape[1]), dim=1).indices
    hits = best == target[:, None]
    return {k: hits[:, :k].sum().item() / len(target) for k in ks}


def by_rank(logits, target, ks):
    """Count the classes whose score is larger than that of the right one."""
    own = logits.gather(1, target[:, None])
    rank = (logits > own).sum(dim=1)
    return {k: (rank < k).double().mean().item() for k in ks}


def by_sorting(logits, target, ks):
    """Sort the classes of each example; a slice that is too long does no harm."""
    order = torch.argsort(logits, dim=-1, descending=True)
    right = {}
    for k in ks:
        hit = order[:, :k].eq(target.unsqueeze(-1)).any(dim=-1)
        right[k] = float(hit.float().mean())
    return right


def one_by_one(logits, target, ks):
    """A loop over the examples, in plain Python."""
    count = dict.fromkeys(ks, 0)
    for scores, label in zip(logits.tolist(), target.tolist(), strict=True):
        order = sorted(range(len(scores)), key=scores.__getitem__, reverse=True)
        for k in ks:
            count[k] += label in order[:k]
    return {k: hits / len(target) for k, hits in count.items()}


def as_for_imagenet(logits, target, ks):
    """The function of PyTorch's ImageNet example, with `reshape` for its `view`."""
    _, best = logits.detach().topk(min(max(ks), logits.size(1)), 1, True, True)
    correct = best.t().eq(target.view(1, -1).expand_as(best.t()))
    return {k: correct[:k].reshape(-1).float().sum(0).item() / target.size(0) for k in ks}
