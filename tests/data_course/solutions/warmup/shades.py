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
    data = bytearray(torchkata.data("shades.bin").read_bytes())
    rows = torch.frombuffer(data, dtype=torch.uint8).view(3, 4)
    return rows[which] * scale[:, None]


def from_a_list(which, scale):
    """Look each row up by itself."""
    data = [*torchkata.data("shades.bin").read_bytes()]
    rows = [data[4 * n : 4 * n + 4] for n in which.tolist()]
    return torch.tensor(rows, dtype=torch.float32) * scale.unsqueeze(1)


def from_a_file(which, scale):
    """Let torch read the file."""
    path = torchkata.data("shades.bin")
    rows = torch.from_file(str(path), size=12, dtype=torch.uint8).reshape(3, 4)
    return rows[which].float() * scale[:, None]
