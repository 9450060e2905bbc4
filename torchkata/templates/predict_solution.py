"""TODO: one line, what this exercise is about."""

import torch


def exercise_name(steps):
    """Predict what a second name for a tensor sees of what is done to the first.

    TODO: the lines that run, and what is to be predicted. For example: first

        x = torch.zeros(3)
        y = x

    and then these lines, in the order in which `steps` names them:

        "in place": x += 1
        "new":      x = x + 1

    Args:
        steps: a list of the names above, each as often as you like.

    Returns:
        The number that y holds in the end, an int.

    Example:
        >>> exercise_name(["in place"])
        1

    Read: torch.Tensor
        https://docs.pytorch.org/docs/stable/tensors.html
    """
    return [*steps, "new"].index("new")


def by_doing_it(steps):
    """Run the lines, and look; there should be two other right answers at least."""
    x = torch.zeros(3)
    y = x
    for step in steps:
        if step == "in place":
            x += 1
        else:
            x = x + 1
    return int(y[0])
