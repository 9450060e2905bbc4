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
    afterwards = steps[steps.index("optimizer") :]
    if "copy" in afterwards:
        return []
    moved = []
    if "freeze body" not in steps:
        moved.append("body")
    if "new head" not in afterwards:
        moved.append("head")
    return moved


def by_doing_it(steps):
    """Build the model, run the lines, train it for a step, and look."""
    layers = {"body": nn.Linear(4, 3), "head": nn.Linear(3, 2)}
    model = nn.Sequential()
    for name, layer in layers.items():
        model.add_module(name, layer)
    state = copy.deepcopy(model.state_dict())
    loss_fn, optimizer = None, None
    for step in steps:
        match step:
            case "loss":
                loss_fn = nn.CrossEntropyLoss()
            case "optimizer":
                optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
            case "new head":
                model.head = nn.Linear(3, 2, dtype=model.head.weight.dtype)
            case "freeze body":
                model.body.requires_grad_(False)
            case "to float64":
                model.to(torch.float64)
            case "load":
                model.load_state_dict(state)
            case "copy":
                model = copy.deepcopy(model)
    before = copy.deepcopy(model)
    inputs = torch.tensor([[1.0, -2.0, 3.0, 0.5]], dtype=model.head.weight.dtype)
    optimizer.zero_grad()
    loss_fn(model(inputs), torch.tensor([1])).backward()
    optimizer.step()
    return [
        name
        for name, part in model.named_children()
        if not torch.equal(part.weight, before.get_submodule(name).weight)
    ]


def following_the_names(steps):
    """Keep a list of what the optimizer holds and one of what the model holds."""
    model, held, frozen = {"body": "body 1", "head": "head 1"}, [], False
    for step in steps:
        if step == "optimizer":
            held = list(model.values())
        elif step == "new head":
            model["head"] = "another head"
        elif step == "copy":
            model = {part: f"copy of {name}" for part, name in model.items()}
        elif step == "freeze body":
            frozen = True
    return [
        part for part, name in model.items() if name in held and not (frozen and part == "body")
    ]


def from_the_end(steps):
    """Go backwards until the optimizer is built: what happens before matters for freezing alone."""
    lost = set()
    for step in reversed(steps):
        if step == "optimizer":
            break
        lost |= {"copy": {"body", "head"}, "new head": {"head"}}.get(step, set())
    if "freeze body" in steps:
        lost.add("body")
    return [part for part in ("body", "head") if part not in lost]
