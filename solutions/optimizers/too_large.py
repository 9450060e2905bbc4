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
    distance = 1 - lr * curvature[curvature > 0]
    return 2 / curvature.max().item(), distance.square().max().item(), lr * curvature > 1


def from_the_steepest_and_the_flattest(curvature, lr):
    """Only two curvatures count: of all factors, one of these is the largest."""
    steep = max(curvature.tolist())
    flat = min(value for value in curvature.tolist() if value)
    slowest = max(abs(1 - lr * steep), abs(1 - lr * flat))
    return 1 / (steep / 2), slowest**2, torch.tensor([1 - lr * c < 0 for c in curvature.tolist()])


def by_training(curvature, lr):
    """Take steps, from a distance of 1 each; for the limit, at many learning rates."""

    def train(lr, steps):
        param = torch.ones_like(curvature, requires_grad=True)
        optimizer = torch.optim.SGD([param], lr=lr)
        for _ in range(steps):
            optimizer.zero_grad()
            loss = (curvature / 2 * param.square()).sum()
            loss.backward()
            before = param.detach().clone()
            optimizer.step()
        after = (curvature / 2 * param.detach().square()).sum()
        return (after / loss.detach()).item(), before * param.detach() < 0

    low, high = 0.0, 1.0
    while train(high, 2)[0] < 1:
        high *= 2
    for _ in range(14):
        middle = (low + high) / 2
        low, high = (low, middle) if train(middle, 100)[0] >= 1 else (middle, high)
    factor, _ = train(lr, 100)
    return high, factor, train(lr, 1)[1]
