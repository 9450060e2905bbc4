"""Which lines cut the gradient off, and which share memory? Two different questions."""

import torch


def kept_gradient(lines):
    """Predict the gradient that gets through some lines, and what they do to a number.

    It begins with

        x = torch.tensor(1.0, requires_grad=True)
        h = 2 * x
        y = h

    Then these lines run, in the order in which `lines` names them:

        "multiply":   y = 3 * y
        "in place":   y *= 3
        "data":       y.data *= 3
        "no_grad":    with torch.no_grad(): y = 3 * y
        "clone":      y = y.clone()
        "detach":     y = y.detach()
        "item":       y = torch.tensor(y.item())
        "to float64": y = y.to(torch.float64)
        "to int64":   y = y.to(torch.int64)

    and finally `(x + y).backward()`. What is `x.grad` then, and what is `h`? Predict both for each
    line alone, before you run anything. Then let PyTorch do it, and see where you were wrong.

    Args:
        lines: a list of the names above. It may be empty, and a name may occur several times.

    Returns:
        A dict of two Python floats: "x.grad" and "h".

    Example: without any line, y is 2 * x, and x + y is 3 * x.
        >>> kept_gradient([])
        {'x.grad': 3.0, 'h': 2.0}

    Read: Autograd mechanics
        https://docs.pytorch.org/docs/stable/notes/autograd.html
    """
    gradient, h, shared = 2.0, 2.0, True
    for line in lines:
        if line in ("multiply", "in place"):
            gradient *= 3
        if line in ("no_grad", "detach", "item", "to int64"):
            gradient = 0.0
        if line in ("in place", "data") and shared:
            h *= 3
        if line not in ("in place", "data", "detach"):
            shared = False
    return {"x.grad": 1 + gradient, "h": h}


def by_doing_it(lines):
    """Run the lines, and look."""
    x = torch.tensor(1.0, requires_grad=True)
    y = h = 2 * x
    for line in lines:
        match line:
            case "multiply":
                y = 3 * y
            case "in place":
                y *= 3
            case "data":
                y.data *= 3
            case "no_grad":
                with torch.no_grad():
                    y = 3 * y
            case "clone":
                y = y.clone()
            case "detach":
                y = y.detach()
            case "item":
                y = torch.tensor(y.item())
            case "to float64":
                y = y.to(torch.float64)
            case "to int64":
                y = y.to(torch.int64)
    (x + y).backward()
    return {"x.grad": x.grad.item(), "h": h.item()}


def from_tables(lines):
    """Say of each line what it does to the gradient, and whether it makes a new tensor."""
    factor = {"multiply": 3, "in place": 3}
    factor |= dict.fromkeys(("no_grad", "detach", "item", "to int64"), 0)
    x_grad = 2.0
    for line in lines:
        x_grad *= factor.get(line, 1)
    keeps = ("in place", "data", "detach")
    own = next((at for at, line in enumerate(lines) if line not in keeps), len(lines))
    changes = sum(line != "detach" for line in lines[:own])
    return {"h": 2.0 * 3**changes, "x.grad": x_grad + 1.0}
