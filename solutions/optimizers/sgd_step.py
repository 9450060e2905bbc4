"""One step of gradient descent, by hand."""

import torch


def sgd_step(params, lr):
    """Move each parameter one step against its gradient, as the plainest optimizer does.

    It does what `torch.optim.SGD(params, lr=lr).step()` does, without torch.optim.SGD. The step
    changes the tensors that it is given, in place: they stay the same objects, and each is still a
    leaf that requires a gradient: the next `backward()` fills its `grad`. Do not modify the
    gradients. A parameter whose gradient is None does not move. After the call, autograd is on if
    it was on before, and off if it was off.

    Args:
        params: the parameters, tensors that require a gradient, float32 or float64. It may be a
            list, which keeps its entries, or a generator such as `model.parameters()`.
        lr: the learning rate, a float above 0: how far to go for a gradient of 1.

    Returns:
        None.

    Example:
        >>> param = torch.tensor([1.0, 2.0], requires_grad=True)
        >>> param.grad = torch.tensor([2.0, -2.0])
        >>> sgd_step([param], lr=0.5)
        >>> param
        tensor([0., 3.], requires_grad=True)

    Read: torch.no_grad
        https://docs.pytorch.org/docs/stable/generated/torch.no_grad.html
    """
    with torch.no_grad():
        for param in params:
            if param.grad is not None:
                param -= lr * param.grad


@torch.no_grad()
def with_a_decorator(params, lr):
    """Keep autograd out of the whole function, and scale within `add_`."""
    for param in params:
        if param.grad is None:
            continue
        param.add_(param.grad, alpha=-lr)


def with_detached_views(params, lr):
    """Write through `detach()`, which shares the parameter's memory and is not recorded."""
    for param in params:
        if param.grad is not None:
            param.detach().sub_(param.grad * lr)


def with_copies(params, lr):
    """Gather what is to move, compute where to, and copy it into place."""
    moving = [param for param in params if param.grad is not None]
    with torch.no_grad():
        targets = [param - lr * param.grad for param in moving]
        for param, target in zip(moving, targets, strict=True):
            param.copy_(target)
