"""A learning rate that is too large: where does it begin, and what is seen just below?"""

import torch


def too_large(curvature, lr):
    """Predict from which learning rate on SGD diverges, and how it goes at a given one.

    The loss is shaped like a bowl: it is 0 where each parameter has its best value, and rises on
    both sides,

        loss = sum of curvature / 2 * (param - best) ** 2

    Each step is one of `torch.optim.SGD([param], lr=lr)`, without momentum. At the beginning no
    parameter is at its best value. Find out, for curvatures 1 and 10, say:

    - limit: below which learning rate does the loss come down to 0 in the end?
    - factor: what is the loss multiplied by in each step, with `lr`, after a great many steps?
      (At first the factor changes from step to step; it settles.) Above 1, the loss grows.
    - jumps: which parameters go from one side of their best value to the other in each step,
      with `lr`?

    Write down first what you expect of a learning rate just below the limit.

    Args:
        curvature: how steeply the bowl rises in each parameter (the second derivative of the loss),
            shape (P,), float64, 0 or above, and not all of them 0. Where it is 0, the loss does not
            depend on this parameter. Do not modify it.
        lr: a float above 0. `lr * curvature` is nowhere exactly 1.

    Returns:
        A tuple (limit, factor, jumps): two floats, right within a thousandth, and a tensor of
        shape (P,), bool.

    Example: one parameter, of curvature 4. Each step makes its distance to the best value half as
    long.
        >>> too_large(torch.tensor([4.0], dtype=torch.float64), 0.125)
        (0.5, 0.25, tensor([False]))

    Read: Why Momentum Really Works, "First Steps: Gradient Descent"
        https://distill.pub/2017/momentum/
    """
    raise NotImplementedError
