"""The optimizer of a tutorial, typed off its page."""

import torch


def tutorial_optimizer(model, lr):
    """Build SGD with momentum 0.9 and weight decay 0.1, as a tutorial does.

    The exercise starts with a version of this function that has one bug: Python does not even read
    it. Find the bug and fix it.

    Args:
        model: all of its parameters, frozen ones too, are what the optimizer holds. Do not modify
            it: neither its parameters, nor their gradients, nor its mode, nor what is frozen.
        lr: the learning rate, a float above 0.

    Returns:
        A torch.optim.SGD, all of whose other settings are at their defaults, those about speed
        (`foreach`, `fused`) too.

    Example:
        >>> optimizer = tutorial_optimizer(torch.nn.Linear(2, 1), lr=0.01)
        >>> optimizer.param_groups[0]["momentum"], optimizer.param_groups[0]["weight_decay"]
        (0.9, 0.1)

    Read: torch.optim.SGD
        https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html
    """
    return torch.optim.SGD(
        model.parameters(),
        lr=lr,
        momentum=0.9,
        weight_decay=0.1,
    )


def with_settings_in_a_dict(model, lr):
    """Name the settings first."""
    settings = {"lr": lr, "momentum": 0.9, "weight_decay": 0.1}
    return torch.optim.SGD(list(model.parameters()), **settings)


def with_one_group(model, lr):
    """Give the parameters as a group, and the first two settings by their places."""
    groups = [{"params": model.parameters(), "weight_decay": 1e-1}]
    return torch.optim.SGD(groups, lr, 0.9, dampening=0, nesterov=False)
