"""Five optimizers at their defaults: how long is the first step?"""

import torch


def first_step(name, param, gradient):
    """Predict how far the first step of an optimizer moves a parameter.

    The optimizer is `getattr(torch.optim, name)([param])`: nothing but the parameter is given, so
    that all settings have their defaults in torch, the learning rate too. Then `param.grad` is set
    to `gradient`, and `optimizer.step()` is called once. What is `param` after the step, minus what
    it was before?

    Before you try it with torch, write down for each of the five: how much longer is the step for a
    gradient of 100 than for one of 0.01? And which of them takes the longest step if parameter and
    gradient are 1?

    Args:
        name: "SGD", "Adam", "AdamW", "RMSprop" or "Adagrad".
        param: numbers from -10 to 10, shape (P,), float64. Do not modify it.
        gradient: its gradient, shape (P,), float64; each number is 0, or 0.01 or more in size. Do
            not modify it.

    Returns:
        The change of each number, shape (P,), float64. An error of a thousandth of the change
        does not matter, so you may leave out the small `eps` of the algorithms.

    Example: a learning rate of 0.001, times the gradient.
        >>> param = torch.tensor([5.0, 5.0], dtype=torch.float64)
        >>> first_step("SGD", param, torch.tensor([4.0, -0.5], dtype=torch.float64))
        tensor([-0.0040,  0.0005], dtype=torch.float64)

    Read: torch.optim, "Algorithms": the signature of each of them has its defaults
        https://docs.pytorch.org/docs/stable/optim.html#algorithms
    """
    raise NotImplementedError
