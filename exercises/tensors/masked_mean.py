"""A mean that leaves some numbers out: what is added up, and how many is that?"""

import torch


def masked_mean(values, mask):
    """Average each row over its valid entries alone.

    Rows of different lengths are put into one table by padding the shorter ones. `mask` says which
    entries are valid: True for those, False for padding. Padding must not count, neither in
    the sum nor in what it is divided by, whatever numbers are there.

    Args:
        values: shape (N, T), N and T at least 1, float32. Padding may be anything, even inf or nan;
            all valid entries are finite. Do not modify them.
        mask: which entries are valid, shape (N, T), bool. The valid entries of a row may be
            anywhere in it; a row may have none, the whole table has at least one. Do not modify it.

    Returns:
        The mean of the valid entries of each row, shape (N,), float32; 0 for a row without any.
        Gradients flow back through it to `values`: none of them is nan, and padding gets 0.

    Example: (1 + 3) / 2, and 5 / 1.
        >>> values = torch.tensor([[1.0, 3.0, 0.0], [9.0, 5.0, torch.nan]])
        >>> mask = torch.tensor([[True, True, False], [False, True, False]])
        >>> masked_mean(values, mask)
        tensor([2., 5.])

    Read: torch.where
        https://docs.pytorch.org/docs/stable/generated/torch.where.html
    """
    raise NotImplementedError
