"""An exercise of two steps, in each of which a mistake can be made."""



def scaled(x):
    """Subtract 1 from every number, and halve it.

    Args:
        x: any shape, floating point.

    Returns:
        A new tensor, shape and dtype of x.

    Example:
        >>> scaled(torch.tensor([5.0, 7.0]))
        tensor([2., 3.])

    Read: torch.Tensor, "arithmetic"
        https://docs.pytorch.org/docs/stable/tensors.html
    """
    shifted = x - 1
    return shifted / 2


def halved_first(x):
    """Halve both."""
    return x / 2 - 0.5


def in_one_line(x):
    """The same, without a name."""
    return (x - 1) / 2
