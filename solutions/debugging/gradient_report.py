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
    params = dict(model.named_parameters())
    trained = [param for param in params.values() if param.requires_grad]
    gradients = [None] * len(trained)
    if trained and loss.requires_grad:
        gradients = torch.autograd.grad(loss, trained, retain_graph=True, allow_unused=True)
    arrived = dict(zip(trained, gradients, strict=True))
    report = {}
    for name, param in params.items():
        gradient = arrived.get(param)
        if not param.requires_grad:
            report[name] = "frozen"
        elif gradient is None:
            report[name] = "none"
        elif not gradient.isfinite().all():
            report[name] = "not finite"
        else:
            report[name] = "ok" if gradient.any() else "zero"
    return report


def with_backward(model, loss):
    """Go backward as usual, and give the old gradients back."""
    kept = {param: param.grad for param in model.parameters()}
    for param in kept:
        param.grad = None
    if loss.requires_grad:
        loss.backward(retain_graph=True)
    report = {}
    for name, param in model.named_parameters():
        if not param.requires_grad:
            report[name] = "frozen"
        elif param.grad is None:
            report[name] = "none"
        elif torch.isnan(param.grad).any() or torch.isinf(param.grad).any():
            report[name] = "not finite"
        elif (param.grad == 0).all():
            report[name] = "zero"
        else:
            report[name] = "ok"
    for param, gradient in kept.items():
        param.grad = gradient
    return report


def one_by_one(model, loss):
    """Ask for one gradient at a time, and look at its largest number."""
    report = {}
    for name, param in model.named_parameters():
        report[name] = "frozen"
        if param.requires_grad:
            (gradient,) = (
                torch.autograd.grad(loss, param, retain_graph=True, allow_unused=True)
                if loss.grad_fn is not None
                else (None,)
            )
            largest = None if gradient is None else gradient.abs().max().item()
            if largest is None:
                report[name] = "none"
            elif largest == 0:
                report[name] = "zero"
            else:
                report[name] = "ok" if largest < float("inf") else "not finite"
    return report
