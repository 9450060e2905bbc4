"""Which parameters does a loss reach, and what arrives there?"""

import torch


def gradient_report(model, loss):
    """Say of each parameter what its gradient is, before anybody trains for hours.

    There are five answers, and the first one that fits counts:

        "frozen"      the parameter does not require a gradient
        "none"        it does, and no path leads from the loss to it: its gradient would be None
        "not finite"  some number of its gradient is nan or inf
        "zero"        all numbers of its gradient are 0
        "ok"          some number of its gradient is not 0

    A parameter with the gradient None is skipped by an optimizer, while one with zeros is moved by
    momentum or weight decay: so the two are told apart.

    It only looks. The gradients that the parameters have, perhaps of an earlier step, do not count,
    and it does not change them. `loss.backward()` still works afterwards, and leaves the gradients
    that it would have left without this.

    Args:
        model: any nn.Module with parameters of float32 or float64. Several of its layers may share
            a parameter.
        loss: a scalar tensor (shape `()`), float32 or float64 as they are, computed with the model.
            If no path leads back from it to any parameter, it may require no gradient itself.

    Returns:
        A dict with the name of each parameter and one of the five strings, in the order of
        `model.named_parameters()`.

    Example:
        >>> from torch import nn
        >>> model = nn.ModuleDict({"body": nn.Linear(2, 1), "head": nn.Linear(1, 1)})
        >>> _ = model["body"].weight.requires_grad_(False)
        >>> features = model["body"](torch.tensor([[1.0, 2.0]])).detach()
        >>> gradient_report(model, model["head"](0 * features).sum())
        {'body.weight': 'frozen', 'body.bias': 'none', 'head.weight': 'zero', 'head.bias': 'ok'}

    Read: torch.autograd.grad
        https://docs.pytorch.org/docs/stable/generated/torch.autograd.grad.html
    """
    raise NotImplementedError
