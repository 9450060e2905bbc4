"""From the name in a configuration to the optimizer itself."""

import torch


def optimizer_by_name(name, params, lr, weight_decay):
    """Build the optimizer of this name.

    A tutorial wrote "RMSprop" and built Adam, and nobody noticed: both train. Here each name gets
    its own optimizer of torch.optim, whose class has the same name with capitals: "rmsprop" gets
    RMSprop. SGD gets a momentum of 0.9; all other settings are at their defaults.

    Args:
        name: "sgd", "adagrad", "rmsprop", "adam" or "adamw", in small letters.
        params: what torch.optim takes: parameters, float32 or float64, in a list or from a
            generator such as `model.parameters()`, or a list of dicts, one for each group of
            parameters. A setting in the dict of a group replaces `lr` or `weight_decay` for that
            group. torch.optim writes into these dicts, and so may you.
        lr: the learning rate, a float above 0.
        weight_decay: a float, 0 or above, where 0 means that nothing decays. Its meaning is the
            optimizer's: AdamW shrinks the parameters themselves, the others add to the gradients.

    Returns:
        An optimizer that holds these parameters and has taken no step yet.

    Raises:
        ValueError: the name is not one of the five. Whether "SGD", say, is taken for "sgd" is up to
            you.

    Example:
        >>> param = torch.tensor([1.0, 1.0], requires_grad=True)
        >>> optimizer = optimizer_by_name("adagrad", [param], lr=0.25, weight_decay=0.0)
        >>> param.grad = torch.tensor([4.0, -0.5])
        >>> optimizer.step()  # the first step of Adagrad is `lr` long, whatever the gradient
        >>> param
        tensor([0.7500, 1.2500], requires_grad=True)

    Read: torch.optim, "Algorithms"
        https://docs.pytorch.org/docs/stable/optim.html#algorithms
    """
    raise NotImplementedError
