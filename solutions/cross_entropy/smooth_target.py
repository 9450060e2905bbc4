"""Label smoothing: ask for a little of every class, and for most of the right one."""

import torch
import torch.nn.functional as F


def smooth_target(target, num_classes, epsilon):
    """Turn classes into probabilities that are not quite sure: label smoothing.

    A model that is asked for the probability 1 is driven to ever larger scores. Label smoothing
    asks for less: of the 1 that belongs to the right class, `epsilon` is taken away and shared out
    equally among all classes, the right one included. Cross entropy with these probabilities is the
    loss that `F.cross_entropy(logits, target, label_smoothing=epsilon)` gives.

    Args:
        target: the right class of each example, shape (N,), int64 in [0, num_classes). Do not
            modify it.
        num_classes: how many classes there are, 2 or more; some may not occur in `target`.
        epsilon: how much is shared out, a float in [0, 1], often 0.1.

    Returns:
        The probabilities, shape (N, num_classes), float32, on the device of `target`; each row sums
        to 1.

    Example:
        >>> smooth_target(torch.tensor([2, 0]), num_classes=4, epsilon=0.5)
        tensor([[0.1250, 0.1250, 0.6250, 0.1250],
                [0.6250, 0.1250, 0.1250, 0.1250]])

    Read: torch.nn.CrossEntropyLoss, "label_smoothing"
        https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
    """
    one_hot = F.one_hot(target, num_classes)
    return (1 - epsilon) * one_hot + epsilon / num_classes


def mixed(target, num_classes, epsilon):
    """Go a part of the way from certainty to equal probabilities."""
    certain = torch.eye(num_classes, device=target.device)[target]
    equal = torch.full_like(certain, 1 / num_classes)
    return torch.lerp(certain, equal, epsilon)


def scattered(target, num_classes, epsilon):
    """Give each class its share, and the right one what is left as well."""
    share = epsilon / num_classes
    probabilities = torch.full((len(target), num_classes), share, device=target.device)
    return probabilities.scatter_(1, target[:, None], 1 - epsilon + share)


def compared(target, num_classes, epsilon):
    """Ask of each class whether it is the right one."""
    right = target[:, None] == torch.arange(num_classes, device=target.device)
    share = epsilon / num_classes
    return torch.where(right, 1 - (num_classes - 1) * share, share)
