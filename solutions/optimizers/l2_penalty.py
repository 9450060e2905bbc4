"""Weight decay, seen as a term of the loss."""

import torch


def l2_penalty(params, weight_decay):
    """Compute the term that, added to the loss, replaces SGD's weight decay.

    Plain SGD on `loss + l2_penalty(params, weight_decay)` takes the same steps as SGD with
    `weight_decay=weight_decay` takes on `loss` alone, with momentum or without. The penalty is 0 if
    all parameters are 0. All of them count, biases as well. (AdamW's weight decay is something
    else, which cannot be written as a term of the loss.)

    Args:
        params: the parameters, tensors of any shapes, float32 or float64; at least one. It may be a
            list, or a generator such as `model.parameters()`. Do not modify them or their
            gradients.
        weight_decay: how much of each parameter SGD adds to its gradient, 0 or above.

    Returns:
        The penalty, a scalar tensor (shape `()`) of the parameters' dtype; gradients flow back from
        it to all of them.

    Example: SGD's weight decay of 0.1 would add 0.1 times the parameter to the gradient.
        >>> param = torch.tensor([3.0, -40.0], requires_grad=True)
        >>> l2_penalty([param], weight_decay=0.1).backward()
        >>> param.grad
        tensor([ 0.3000, -4.0000])

    Read: torch.optim.SGD
        https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html
    """
    return weight_decay / 2 * sum(param.square().sum() for param in params)


def with_one_vector(params, weight_decay):
    """Join all parameters into one vector, and multiply it by itself."""
    vector = torch.cat([param.flatten() for param in params])
    return 0.5 * weight_decay * (vector @ vector)


def with_norms(params, weight_decay):
    """Square the norm of each parameter, which adds up its squares."""
    norms = torch.stack([torch.linalg.vector_norm(param) for param in params])
    return (norms**2).sum() * weight_decay / 2


def in_a_loop(params, weight_decay):
    """Add up one parameter after another, each multiplied by itself element by element."""
    penalties = []
    for param in params:
        penalties.append((param * param * weight_decay).sum())
    total = penalties[0]
    for penalty in penalties[1:]:
        total = total + penalty
    return total / 2
