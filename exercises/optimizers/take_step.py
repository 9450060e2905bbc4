"""One update of the parameters: gradients of this loss, and of no other."""

import torch


def take_step(optimizer, loss):
    """Let the optimizer take one step along the gradients of this loss alone.

    There may be old gradients, of the step before or from other code. They do not influence the
    step: it is the same as if every parameter, also a frozen one, came without a gradient. How far
    the parameters move is up to the optimizer, with its momentum or whatever else it has.

    Args:
        optimizer: any optimizer of torch.optim that needs the gradients once per step. It holds the
            parameters in one group or in several, some with a gradient and some with None; some of
            them may be frozen, and require no gradient.
        loss: a scalar tensor (shape `()`), just computed; gradients flow back from it to the
            parameters, but perhaps not to all of them.

    Returns:
        None. Which gradients are left afterwards is up to you.

    Example: the gradient of `3 * param` is 3 each time, so the parameter moves by 0.5 * 3.
        >>> param = torch.tensor(1.0, requires_grad=True)
        >>> optimizer = torch.optim.SGD([param], lr=0.5)
        >>> for _ in range(2):
        ...     take_step(optimizer, 3 * param)
        ...     print(param.item())
        -0.5
        -2.0

    Read: torch.optim, "Taking an optimization step"
        https://docs.pytorch.org/docs/stable/optim.html#taking-an-optimization-step
    """
    raise NotImplementedError
