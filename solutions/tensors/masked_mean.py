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
    kept = torch.where(mask, values, 0.0)
    count = mask.sum(dim=1).clamp(min=1)
    return kept.sum(dim=1) / count


def with_masked_fill(values, mask):
    """Fill the padding with 0, and decide about rows without valid entries at the end."""
    total = values.masked_fill(~mask, 0).sum(1)
    count = mask.float().sum(1)
    return torch.where(count > 0, total / count.clamp(min=1e-6), torch.zeros_like(total))


def with_shares(values, mask):
    """Give each valid entry its share of the row, and add up the products."""
    shares = mask / mask.sum(dim=-1, keepdim=True).clamp(min=1)
    return torch.einsum("nt,nt->n", values.where(mask, 0.0), shares)
