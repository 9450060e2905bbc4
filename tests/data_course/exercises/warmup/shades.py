"""A small exercise whose case and whose answer read a data file."""

import torch
import torchkata


def shades(which, scale):
    """Look rows of the file "shades.bin" up, and make them brighter.

    Read the file with `torchkata.data("shades.bin").read_bytes()`: three rows of four bytes.

    Args:
        which: the numbers of some rows, int64 of shape (n,).
        scale: what each number is multiplied by, float32 of shape (n,).

    Returns:
        float32 of shape (n, 4).

    Example:
        >>> shades(torch.tensor([1]), torch.tensor([2.0]))
        tensor([[2., 2., 4., 6.]])

    Read: torch.frombuffer
        https://docs.pytorch.org/docs/stable/generated/torch.frombuffer.html
    """
    raise NotImplementedError
