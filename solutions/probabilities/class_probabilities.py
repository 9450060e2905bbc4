"""Softmax over which dimension? The one that holds the classes."""

import torch


def class_probabilities(logits, layout):
    """Turn raw scores into probabilities over the classes, whichever dimension holds the classes.

    `layout` names the dimensions of `logits` in order, one letter each: N for the examples, C for
    the classes, T for the steps of a sequence, H and W for the rows and columns of an image. The
    probabilities along C sum to 1 for each choice of indices in the other dimensions: in "NCHW"
    each pixel of each image has its own probabilities.

    Args:
        logits: raw scores, any finite numbers, with one dimension for each letter of `layout`,
            float32 or float64.
        layout: a string such as "NC", "NCHW", "NTC", "TNC", "CHW" or "C" alone. It contains "C"
            exactly once, at any position.

    Returns:
        The probabilities, of the shape and dtype of `logits`; gradients flow back through them to
        `logits`. Do not modify `logits`.

    Example:
        >>> logits = torch.tensor([[1.0, 1.0], [1.0, 3.0]])
        >>> class_probabilities(logits, "NC")
        tensor([[0.5000, 0.5000],
                [0.1192, 0.8808]])
        >>> class_probabilities(logits, "CN")
        tensor([[0.5000, 0.1192],
                [0.5000, 0.8808]])

    Read: torch.nn.Softmax, "dim"
        https://docs.pytorch.org/docs/stable/generated/torch.nn.Softmax.html
    """
    return logits.softmax(dim=layout.index("C"))


def with_the_classes_moved_last(logits, layout):
    """Bring the classes to the end, and bring the probabilities back."""
    classes = layout.find("C")
    return torch.nn.Softmax(dim=-1)(logits.movedim(classes, -1)).movedim(-1, classes)


def with_one_example_per_row(logits, layout):
    """Make a table with the classes in columns, and undo every step afterwards."""
    classes = layout.index("C")
    last = logits.transpose(classes, -1)
    table = last.reshape(-1, last.shape[-1])
    return torch.softmax(table, dim=1).reshape(last.shape).transpose(classes, -1)


def from_exponentials(logits, layout):
    """Exponentials, below 1 so that none overflows, divided by their sum."""
    classes = layout.index("C")
    exponentials = (logits - logits.amax(classes, keepdim=True)).exp()
    return exponentials / exponentials.sum(classes, keepdim=True)


def from_log_probabilities(logits, layout):
    """Subtract the logarithm of the sum before the exponential is taken."""
    for dim, letter in enumerate(layout):
        if letter == "C":
            total = torch.logsumexp(logits, dim=dim, keepdim=True)
    return torch.exp(logits - total)
