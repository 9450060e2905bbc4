"""Shorten a gradient that is too long, and keep its direction."""

import math

import torch


def clip_gradients(params, max_norm):
    """Clip the gradients of all parameters together, by their norm.

    Laid end to end, all gradients are one long vector. Its norm is the square root of the sum of
    the squares of all its numbers. If the norm is above `max_norm`, every gradient is multiplied by
    the same factor, such that the norm becomes `max_norm` (or up to 1e-6 less, for those who add
    1e-6 to what they divide by): in place, or as a new tensor in `grad`. Otherwise the gradients
    are left as they are.

    Where a gradient holds inf or nan, the norm is inf or nan too, and no factor helps: then all
    gradients are left as they are, and the norm that is returned tells the caller to skip the step.
    Where all numbers are finite, the sum of their squares is finite too.

    This is what `torch.nn.utils.clip_grad_norm_` does (apart from inf and nan). Here, do without
    it.

    Args:
        params: parameters, float32 or float64, all of one dtype, in a list or from a generator such
            as `model.parameters()`; perhaps none. Those whose `grad` is None are skipped, and keep
            None.
        max_norm: a float above 0.

    Returns:
        The norm before clipping, a Python float; 0.0 where there is no gradient at all. The
        parameters themselves do not change.

    Example: 3, 0 and 4 have the norm 5, which is brought down to 1.
        >>> first, second = torch.zeros(2, requires_grad=True), torch.zeros(1, requires_grad=True)
        >>> first.grad, second.grad = torch.tensor([3.0, 0.0]), torch.tensor([4.0])
        >>> clip_gradients([first, second], 1.0)
        5.0
        >>> first.grad, second.grad
        (tensor([0.6000, 0.0000]), tensor([0.8000]))

    Read: torch.nn.utils.clip_grad_norm_
        https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.clip_grad_norm_.html
    """
    raise NotImplementedError
