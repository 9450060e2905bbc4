"""In which order do model, loss and optimizer have to be built? Which orders train what?"""

import copy

import torch
from torch import nn


def trained_parts(steps):
    """Predict which parts of a model move in training.

    A model has two parts, a body and a head (its last layer), and is built by

        model = nn.Sequential(OrderedDict(body=nn.Linear(4, 3), head=nn.Linear(3, 2)))

    Then these lines run, in the order in which `steps` names them:

        "loss":        loss_fn = nn.CrossEntropyLoss()
        "optimizer":   optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        "new head":    model.head = nn.Linear(3, 2, dtype=model.body.weight.dtype)
        "freeze body": model.body.requires_grad_(False)
        "to float64":  model.to(torch.float64)
        "load":        model.load_state_dict(state)     # parameters that were saved earlier
        "copy":        model = copy.deepcopy(model)

    Finally, whatever `model` refers to by then is trained for one step with `optimizer`, in the
    usual way, on a batch that fits it, and both parts are compared with what they were just before
    that step. Which of them have moved? A tutorial says that model, loss and optimizer have to be
    built in exactly this order. Find out how much of that is true: build such models, and look.

    Args:
        steps: a list of the names above, each at most once, "loss" and "optimizer" among them.

    Returns:
        The parts that moved, a list of strings: "body" before "head" if both moved.

    Example: the order of the tutorial.
        >>> trained_parts(["loss", "optimizer"])
        ['body', 'head']

    Read: torch.optim, "Constructing it"
        https://docs.pytorch.org/docs/stable/optim.html#constructing-it
    """
    raise NotImplementedError
