"""Momentum at a steady gradient: how long do the steps become?"""

import torch


def steady_step(gradient, lr, momentum, dampening):
    """Predict the first step, the steady step and the coasting of SGD with momentum.

    `torch.optim.SGD([param], lr=lr, momentum=momentum, dampening=dampening)` takes thousands of
    steps, and `param.grad` is the same `gradient` in each of them. At first each step is another
    length; in the end they are all alike. Then the gradient becomes 0, for thousands of steps more.
    With momentum, the parameters coast: they do not stop at once.

    By how much do the parameters change (after minus before)

    - in the first step of all;
    - in one step, once all steps are alike (they come as close to that as you like);
    - in all the steps together in which the gradient is 0?

    Before you try it with torch, write down what you expect for lr 0.1, momentum 0.9 and
    dampening 0, which is the default.

    Args:
        gradient: any numbers, shape (P,), float32 or float64. Do not modify it.
        lr: a float above 0.
        momentum: a float from 0 to 0.99.
        dampening: a float from 0 to 1.

    Returns:
        A tuple of three tensors, each of the shape and dtype of `gradient`: the first step, the
        steady step, the way that the parameters coast.

    Example: without momentum all steps are alike, and nothing coasts.
        >>> first, steady, coasted = steady_step(torch.tensor([2.0, -4.0]), 0.5, 0.0, 0.0)
        >>> first
        tensor([-1.,  2.])
        >>> steady
        tensor([-1.,  2.])
        >>> coasted.abs()
        tensor([0., 0.])

    Read: torch.optim.SGD, the lines of its algorithm
        https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html
    """
    raise NotImplementedError
