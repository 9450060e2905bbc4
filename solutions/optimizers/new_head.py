"""A trained model gets a new head, and an optimizer that trains it faster than the body."""

import torch
from torch import nn


def new_head(model, num_classes, lr, head_lr):
    """Give a trained model a head for other classes, and build the optimizer that trains both.

    The exercise starts with a version of this function that has one bug: the optimizer is built and
    takes its steps, the body (all layers but the last) learns, and the new head (the last layer)
    never changes. Find the bug and fix it.

    Args:
        model: has a part `model.body`, which you do not modify, and a part `model.head`, an
            nn.Linear that you replace by a new one with as many inputs as the old one and
            `num_classes` outputs. Body and head are float32.
        num_classes: how many classes there are now, 1 or more.
        lr: the learning rate of the body, above 0.
        head_lr: the learning rate of the new head, above 0.

    Returns:
        A torch.optim.SGD with momentum 0.9. It holds every parameter that the model has with its
        new head, each once, and nothing else.

    Example:
        >>> model = nn.Sequential()
        >>> model.body, model.head = nn.Linear(5, 4), nn.Linear(4, 1000)
        >>> optimizer = new_head(model, 3, lr=0.01, head_lr=0.1)
        >>> model.head
        Linear(in_features=4, out_features=3, bias=True)
        >>> sorted(group["lr"] for group in optimizer.param_groups)
        [0.01, 0.1]

    Read: torch.optim, "Per-parameter options"
        https://docs.pytorch.org/docs/stable/optim.html#per-parameter-options
    """
    device = model.head.weight.device
    model.head = nn.Linear(model.head.in_features, num_classes, device=device)
    groups = [
        {"params": model.body.parameters(), "lr": lr},
        {"params": model.head.parameters(), "lr": head_lr},
    ]
    return torch.optim.SGD(groups, momentum=0.9)


def adding_the_head_later(model, num_classes, lr, head_lr):
    """Build the optimizer for the body first, and add a group when the head is there."""
    optimizer = torch.optim.SGD(model.body.parameters(), lr=lr, momentum=0.9)
    model.head = nn.Linear(model.head.in_features, num_classes).to(model.head.weight)
    optimizer.add_param_group({"params": model.head.parameters(), "lr": head_lr})
    return optimizer


def by_name(model, num_classes, lr, head_lr):
    """Replace the head, and go by the names of the parameters."""
    num_features = model.head.weight.shape[1]
    model.add_module("head", nn.Linear(num_features, num_classes).to(model.head.weight.device))
    head = [param for name, param in model.named_parameters() if name.startswith("head.")]
    rest = [param for name, param in model.named_parameters() if not name.startswith("head.")]
    groups = [{"params": head, "lr": head_lr}, {"params": rest}]
    return torch.optim.SGD(groups, lr, momentum=0.9)


def a_group_for_each(model, num_classes, lr, head_lr):
    """One group for each parameter, with a learning rate of its own."""
    old = model.head
    model.head = nn.Linear(old.in_features, num_classes, device=old.weight.device)
    rates = dict.fromkeys(model.parameters(), lr) | dict.fromkeys(model.head.parameters(), head_lr)
    groups = [{"params": param, "lr": rate} for param, rate in rates.items()]
    return torch.optim.SGD(groups, momentum=0.9)
