"""Look numbers up in a table that comes with the course."""

import json

import torch
import torchkata


def at_hours(hours):
    """Give the temperature at some hours of a day.

    The course's data file "day.json" is a list of 24 temperatures, one for each hour;
    `torchkata.data("day.json")` is its path.

    Args:
        hours: which hours, shape (N,), N at least 2, int64, from 0 to 23.

    Returns:
        The temperatures, shape (N,), float32. Do not modify hours.

    Example:
        >>> at_hours(torch.tensor([0, 23]))
        tensor([4.0000, 5.2500])

    Read: torch.Tensor, "Indexing"
        https://docs.pytorch.org/docs/stable/torch.html#indexing-slicing-joining-mutating-ops
    """
    table = torch.tensor(json.loads(torchkata.data("day.json").read_text()))
    return table[hours]


def by_selecting(hours):
    """Let torch pick the rows."""
    table = torch.tensor(json.loads(torchkata.data("day.json").read_text()))
    return table.index_select(0, hours)


def one_by_one(hours):
    """Look each up in the list."""
    table = json.loads(torchkata.data("day.json").read_text())
    return torch.tensor([table[hour] for hour in hours.tolist()], dtype=torch.float32)
