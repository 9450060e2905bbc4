"""How large may the learning rate be before training diverges?"""

import torch


def stability_limit(loss_fn, params, momentum):
    """Work out the learning rate above which gradient descent diverges.

    Close to a minimum a loss is a bowl, and how steep it is depends on the direction. The curvature
    along a direction is its second derivative; the largest one, over all directions in the space of
    all numbers of all parameters together, is the sharpness. It is the largest eigenvalue of the
    Hessian, the matrix of second derivatives. For one number and the loss 5 w^2 it is 10: plain
    gradient descent w <- w - lr * 10 w comes closer with an lr of 0.199, and moves away with 0.201.

    With momentum, as `torch.optim.SGD(params, lr, momentum=...)` has it, steps go back and forth
    across the steepest direction, and partly cancel there: the limit is 1 + momentum times as
    large.

    Args:
        loss_fn: takes no argument, and computes the loss from `params` as they are: a scalar tensor
            (shape `()`), float64. It need not be a bowl: in some directions it may curve down at
            `params`. The sharpness is above 0, and all other eigenvalues are at most 0.8 times as
            far from 0.
        params: a list of at least one tensor that requires a gradient, float64, of any shape; a
            few dozen numbers in all. The loss may be a straight line along some of them, or not
            depend on them. Do not modify them, nor their `.grad`.
        momentum: a float from 0.0 up to, but not including, 1.0; without dampening and Nesterov.

    Returns:
        The limit of the lr at `params`, a Python float, right to at least 3 digits.

    Example: the curvatures are 2 and 10.
        >>> w = torch.tensor([3.0, 1.0], dtype=torch.float64, requires_grad=True)
        >>> def bowl():
        ...     return w[0] ** 2 + 5 * w[1] ** 2
        >>> round(stability_limit(bowl, [w], momentum=0.0), 4)
        0.2
        >>> round(stability_limit(bowl, [w], momentum=0.9), 4)
        0.38

    Read: Why Momentum Really Works, "First Steps: Gradient Descent"
        https://distill.pub/2017/momentum/
    """
    raise NotImplementedError
