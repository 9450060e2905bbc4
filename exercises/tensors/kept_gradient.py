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
    raise NotImplementedError
