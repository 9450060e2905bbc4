"""One step in which a part of the model stands still."""


def frozen_step(model, frozen, optimizer, loss):
    """Take one step along the gradients of this loss that leaves a part of the model where it is.

    The parameters whose names start with `frozen` do not move at all, although the optimizer holds
    them, and may have momentum or weight decay for them. Nor does anything else happen to them:
    what the optimizer remembers of them (momentum, the averages of Adam) waits unchanged for the
    next step in which they move, which may be the next call. All other parameters move as they
    would in a usual step. Gradients from before have no part in it. Afterwards, each parameter
    requires a gradient if it did before.

    Args:
        model: any nn.Module; `model.named_parameters()` has the names.
        frozen: the beginning of the names of what stands still in this step. Some parameters, of
            these or of the others, may be frozen for good, and require no gradient.
        optimizer: any of torch.optim that needs the gradients once per step. It holds the
            parameters of the model, in one group or in several, each of which holds the same
            afterwards.
        loss: a tensor without dimensions, just computed by the model, from which gradients flow
            back to all its parameters that require one.

    Returns:
        None. Afterwards, the gradient of each parameter that stood still is None; the gradients of
        the others are up to you.

    Example:
        >>> from torch import nn, ones, optim
        >>> model = nn.Sequential(nn.Linear(1, 1), nn.Linear(1, 1))
        >>> for param in model.parameters():
        ...     _ = nn.init.ones_(param)
        >>> optimizer = optim.SGD(model.parameters(), lr=0.5, momentum=0.9, weight_decay=0.5)
        >>> frozen_step(model, "0.", optimizer, loss=model(ones(1, 1)).sum())
        >>> {name: param.item() for name, param in model.named_parameters()}
        {'0.weight': 1.0, '0.bias': 1.0, '1.weight': -0.25, '1.bias': 0.25}
        >>> model[0].weight.grad is None
        True

    Read: torch.optim.Optimizer.zero_grad, "set_to_none"
        https://docs.pytorch.org/docs/stable/generated/torch.optim.Optimizer.zero_grad.html
    """
    raise NotImplementedError
