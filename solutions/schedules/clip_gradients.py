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
    grads = [param.grad for param in params if param.grad is not None]
    norm = math.sqrt(sum(grad.square().sum().item() for grad in grads))
    if max_norm < norm < math.inf:
        for grad in grads:
            grad *= max_norm / norm
    return norm


def as_one_vector(params, max_norm):
    """Put the gradients end to end, and give each parameter a new one."""
    params = [param for param in params if param.grad is not None]
    if not params:
        return 0.0
    norm = torch.cat([param.grad.flatten() for param in params]).norm()
    if torch.isfinite(norm) and norm > max_norm:
        factor = max_norm / (norm + 1e-6)
        for param in params:
            param.grad = factor * param.grad
    return norm.item()


def with_many_at_once(params, max_norm):
    """Let torch go through all gradients in one call, and multiply by 1 if they are short."""
    grads = [param.grad for param in params if param.grad is not None]
    if not grads:
        return 0.0
    norm = torch.linalg.vector_norm(torch.stack(torch._foreach_norm(grads)))
    if norm.isfinite():
        torch._foreach_mul_(grads, (max_norm / (norm + 1e-6)).clamp(max=1.0))
    return float(norm)
