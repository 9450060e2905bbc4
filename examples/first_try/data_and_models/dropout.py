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
    raise NotImplementedError
