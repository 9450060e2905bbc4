"""A class for every pixel: the cross entropy of a batch of images."""

import torch
import torch.nn.functional as F


def segmentation_loss(logits, target, ignore_index):
    """Average the cross entropy over all pixels of a batch whose class is known.

    Segmentation gives every pixel a class, so each pixel is an example of its own: its scores are
    `logits[n, :, h, w]` and its right class is `target[n, h, w]`. Pixels that nobody could label,
    often the borders of things, have the target `ignore_index` and do not count, as in
    cross_entropy/masked_cross_entropy. The mean is over all other pixels of the batch at once: an
    image with more labelled pixels counts for more, and one without any counts for nothing.

    Args:
        logits: raw scores, shape (N, C, H, W), float32 or float64; C at least 2; N, H and W
            may be 1. Do not modify them.
        target: the class of each pixel, shape (N, H, W), integers in [0, C) or equal to
            `ignore_index`; at least one of the batch is not. Do not modify it.
        ignore_index: an integer, usually 255, -1 or -100, sometimes a class.

    Returns:
        The loss, a scalar tensor (shape `()`) of the dtype of `logits`; gradients flow back from it
        to `logits`.

    Example: two pixels above each other count, the two on their right do not.
        >>> class_0 = [[2.0, 0.0], [0.0, 3.0]]
        >>> class_1 = [[0.0, 9.0], [2.0, 0.0]]
        >>> logits = torch.tensor([[class_0, class_1]])
        >>> target = torch.tensor([[[0, 255], [0, 255]]])
        >>> segmentation_loss(logits, target, 255)
        tensor(1.1269)

    Read: torch.nn.CrossEntropyLoss, "Shape"
        https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
    """
    return F.cross_entropy(logits, target, ignore_index=ignore_index)


def with_classes_last(logits, target, ignore_index):
    """Move the classes to the end; then every pixel is a row, as in any other classifier."""
    rows = logits.permute(0, 2, 3, 1).flatten(0, 2)
    return F.cross_entropy(rows, target.flatten(), ignore_index=ignore_index)


def of_the_labelled_pixels(logits, target, ignore_index):
    """Pick the pixels that count, out of scores whose last dimension is the class."""
    kept = target != ignore_index
    return F.cross_entropy(logits.movedim(1, -1)[kept], target[kept])


def by_hand(logits, target, ignore_index):
    """Gather along the classes, and average with a mask."""
    mask = target != ignore_index
    valid = torch.where(mask, target, 0)
    picked = logits.log_softmax(dim=1).gather(1, valid.unsqueeze(1)).squeeze(1)
    return -(picked * mask).sum() / mask.sum()
