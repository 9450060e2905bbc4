"""What autograd is for: how steep is a function, at each of many points?"""

import torch


def derivative(function, x):
    """Compute the derivative of a function at each of many points.

    The derivative at a point is how steep the function is there: if the number that goes in grows a
    little, the one that comes out grows by that, times the derivative. You do not get a formula,
    only the function; but PyTorch records what is computed with a tensor that requires a gradient,
    and then works out the derivative exactly. Differences are not exact enough, as in
    `(function(x + 0.001) - function(x)) / 0.001`.

    Nothing may be different afterwards: a second call returns the same, and the numbers of `x`, its
    `requires_grad` and its `grad` are what they were before.

    Args:
        function: takes a tensor, and returns one of the same shape and dtype: each number of the
            result is computed from the number at the same place alone, as with `torch.sin`, and
            from no parameters.
        x: the points, a tensor of any shape, (), (N,) or (N, M) say, float32 or float64. It may
            require a gradient already, and hold an older one in `x.grad`. Do not modify it.

    Returns:
        The derivative at each point, a tensor of the shape and dtype of `x`, which does not require
        a gradient itself.

    Example: the derivative of t * t is 2 * t.
        >>> derivative(lambda t: t * t, torch.tensor([-1.0, 0.0, 3.0]))
        tensor([-2.,  0.,  6.])

    Read: A Gentle Introduction to torch.autograd
        https://docs.pytorch.org/tutorials/beginner/blitz/autograd_tutorial.html
    """
    points = x.detach().requires_grad_()
    total = function(points).sum()
    return torch.autograd.grad(total, points)[0]


def with_backward(function, x):
    """Let `backward` put the derivatives into the `grad` of a copy."""
    points = x.detach().clone().requires_grad_(True)
    function(points).sum().backward()
    return points.grad


def with_a_one_for_each_result(function, x):
    """Say how much each result counts, instead of adding them up."""
    points = x.detach().clone()
    points.requires_grad = True
    results = function(points)
    (slopes,) = torch.autograd.grad(results, points, grad_outputs=torch.ones_like(results))
    return slopes


def point_by_point(function, x):
    """One point after the other: then there is nothing to add up."""
    slopes = torch.empty_like(x, requires_grad=False)
    for place, number in enumerate(x.detach().flatten()):
        point = number.clone().requires_grad_()
        function(point).backward()
        slopes.view(-1)[place] = point.grad
    return slopes
