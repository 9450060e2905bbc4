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
    match name:
        case "SGD":
            return -0.001 * gradient
        case "Adam":
            return -0.001 * gradient.sign()
        case "AdamW":
            return -0.001 * gradient.sign() - 0.001 * 0.01 * param
        case "RMSprop":
            return -0.01 * gradient.sign() / (1 - 0.99) ** 0.5
        case "Adagrad":
            return -0.01 * gradient.sign()


def by_trying(name, param, gradient):
    """Take the step with a copy of the parameter."""
    copy = param.clone().requires_grad_()
    copy.grad = gradient.clone()
    getattr(torch.optim, name)([copy]).step()
    return copy.detach() - param


def with_all_that_torch_computes(name, param, gradient):
    """Follow the algorithms line by line, with the eps that the sign leaves out."""
    size = gradient.abs()
    if name == "SGD":
        return gradient * -1e-3
    if name == "RMSprop":
        return -1e-2 * gradient / (0.1 * size + 1e-8)
    if name == "Adagrad":
        return -1e-2 * gradient / (size + 1e-10)
    decay = 1e-2 if name == "AdamW" else 0.0
    return param * (1 - 1e-3 * decay) - 1e-3 * gradient / (size + 1e-8) - param
