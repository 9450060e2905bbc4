"""One step in which a part of the model does not move."""


def frozen_step(model, frozen, optimizer, loss):
    """Take one step along the gradients of this loss, but do not move a part of the model.

    The parameters whose names start with `frozen` do not move at all, although the optimizer holds
    them, and may have momentum or weight decay for them. Nor does anything else change for them:
    what the optimizer remembers about them (momentum, the averages of Adam) is kept unchanged until
    the next step in which they move. `frozen` may name other parameters in each call. All other
    parameters move as they would in a usual step. Gradients from before the call do not influence
    the step. Afterwards, `requires_grad` of each parameter is what it was before.

    Args:
        model: any nn.Module; `model.named_parameters()` has the names.
        frozen: the beginning of the names of the parameters that do not move in this step: of one
            name at least, and not of all. Some parameters, of these or of the others, may be frozen
            for good: they require no gradient, and never move, even if they have an old gradient.
        optimizer: any optimizer of torch.optim that needs the gradients once per step. It holds the
            parameters of the model, in one group or in several. Afterwards each group holds the
            same parameters as before.
        loss: a scalar tensor (shape `()`), just computed by the model; gradients flow back from it
            to all parameters of the model that require one.

    Returns:
        None. Afterwards, the gradient of each parameter that `frozen` names is None; the gradients
        of the others are up to you.

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
