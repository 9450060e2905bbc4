"""Drop at random, and keep the expected value: what `nn.Dropout` does."""

import torch


def dropout(x, p, training):
    """Set elements to 0 at random while training, and make up for it in the ones that are kept.

    While training, each element is dropped (becomes 0) with probability p, whatever happens to the
    others and whatever was dropped in earlier calls. The kept ones are multiplied by 1 / (1 - p),
    so that each element's expected value (its mean over many draws) is still x. In evaluation, x
    comes back unchanged, itself or a copy.

    Args:
        x: finite numbers, of any shape and any float dtype.
        p: the probability that an element is dropped, a float from 0 to 1, both included. With 0
            nothing is dropped; with 1 everything is, so the output is 0 and so is x's gradient. In
            half precision, p needs to be met only as closely as random numbers of that dtype can.
        training: True while training, False in evaluation.

    Returns:
        A tensor of the shape, dtype and device of x; gradients flow back through it to x. Do not
        modify x. Draw the random numbers in any way you like, but do not use torch's own dropout:
        not `nn.Dropout`, `F.dropout` or `torch.dropout`.

    Example:
        >>> dropout(torch.ones(1000), 0.2, training=True).unique()
        tensor([0.0000, 1.2500])
        >>> dropout(torch.ones(3), 1.0, training=True)
        tensor([0., 0., 0.])
        >>> dropout(torch.ones(3), 0.2, training=False)
        tensor([1., 1., 1.])

    Read: torch.nn.Dropout
        https://docs.pytorch.org/docs/stable/generated/torch.nn.Dropout.html
    """
    if not training:
        return x
    keep = torch.rand_like(x) >= p
    scale = 1 / (1 - p) if p < 1 else 0.0
    return x * keep * scale


def with_bernoulli(x, p, training):
    """Toss one coin per element that shows 1 with probability 1 - p."""
    if not training or p == 0:
        return x.clone()
    if p == 1:
        return x * 0
    return x * torch.bernoulli(torch.full_like(x, 1 - p)) / (1 - p)


def with_a_mask_of_factors(x, p, training):
    """Fill a mask in place with 0 and 1, and scale it before it meets x."""
    if training:
        mask = torch.empty_like(x).bernoulli_(1 - p)
        if p < 1:
            mask /= 1 - p
        x = x * mask
    return x


def choosing_with_where(x, p, training):
    """Choose between 0 and the scaled value; a probability of 1 leaves no choice."""
    if training and p == 1:
        return 0 * x
    if training:
        return torch.where(torch.rand(x.shape, device=x.device) < p, 0, x / (1 - p))
    return x


def from_a_distribution(x, p, training):
    """Draw what is dropped from a distribution, and fill in zeros."""
    if not training:
        return x
    dropped = torch.distributions.Bernoulli(probs=p).sample(x.shape).to(x.device)
    return (x * (1 / max(1 - p, 1e-9))).masked_fill(dropped == 1, 0)
