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
    raise NotImplementedError
