"""The logarithm of a sum of exponentials, even where the exponentials overflow."""

import torch


def log_sum_exp(logits, dim, keepdim):
    """Add exponentials up along one dimension, and take the natural logarithm of the sum.

    The result is log(sum_j exp(x_j)), where j runs along `dim`. It is a smooth maximum: never below
    the highest score, and at most log(n) above it for n scores. So it is near 900 for scores near
    900, although exp(900) is inf in float32, and near -900 for scores near -900, although exp(-900)
    is 0. Its gradient has to be right there too.

    A score may be -inf, for example because it was masked out: it adds nothing to the sum, and gets
    the gradient 0. Where all scores along `dim` are -inf, the sum is 0 and its logarithm -inf; the
    gradient of these scores is not asked for.

    Do not use torch's logsumexp, neither as a function nor as a method.

    Args:
        logits: raw scores, between -1000 and 1000, or -inf; two dimensions or more; float32 or
            float64.
        dim: the dimension to add up along, an integer; negative ones count from the end.
        keepdim: True keeps `dim` in the result, with size 1; False drops it.

    Returns:
        The logarithms, of the dtype of `logits` and the shape that `logits.sum(dim, keepdim)` has;
        gradients flow back through them to `logits`. Do not modify `logits`.

    Example:
        >>> log_sum_exp(torch.tensor([[0.0, 0.0], [1000.0, 998.0]]), 1, keepdim=False)
        tensor([6.9315e-01, 1.0001e+03])
        >>> log_sum_exp(torch.tensor([[3.0, -torch.inf], [-torch.inf, -torch.inf]]), 1, True)
        tensor([[3.],
                [-inf]])

    Read: torch.logsumexp
        https://docs.pytorch.org/docs/stable/generated/torch.logsumexp.html
    """
    highest = logits.amax(dim, keepdim=True)
    # -inf less -inf is nan.
    height = torch.where(highest == -torch.inf, 0.0, highest)
    logarithms = (logits - height).exp().sum(dim, keepdim=True).log() + height
    return logarithms if keepdim else logarithms.squeeze(dim)


def with_the_library(logits, dim, keepdim):
    """Let the library do it."""
    return torch.logsumexp(logits, dim, keepdim)


def with_a_constant_maximum(logits, dim, keepdim):
    """The largest negative number does for -inf; what is subtracted and added needs no gradient."""
    height = logits.detach().max(dim, keepdim=True).values.nan_to_num()
    exponentials = torch.exp(logits - height)
    if not keepdim:
        height = height.squeeze(dim)
    return height + torch.log(torch.sum(exponentials, dim, keepdim=keepdim))


def above_the_highest(logits, dim, keepdim):
    """How far it is above the highest score, and -inf where there is no score."""
    highest = logits.amax(dim, keepdim=keepdim)
    aligned = logits.amax(dim, keepdim=True)
    above = torch.log1p((logits - aligned).exp().sum(dim, keepdim=keepdim) - 1)
    return torch.where(highest > -torch.inf, highest + above, -torch.inf)
