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
    settings = {"lr": lr, "weight_decay": weight_decay}
    match name:
        case "sgd":
            return torch.optim.SGD(params, momentum=0.9, **settings)
        case "adagrad":
            return torch.optim.Adagrad(params, **settings)
        case "rmsprop":
            return torch.optim.RMSprop(params, **settings)
        case "adam":
            return torch.optim.Adam(params, **settings)
        case "adamw":
            return torch.optim.AdamW(params, **settings)
    raise ValueError(f"no optimizer is called {name!r}; take sgd, adagrad, rmsprop, adam or adamw")


def from_a_table(name, params, lr, weight_decay):
    """Look the class up in a dict, and give SGD its momentum afterwards."""
    classes = {
        "sgd": torch.optim.SGD,
        "adagrad": torch.optim.Adagrad,
        "rmsprop": torch.optim.RMSprop,
        "adam": torch.optim.Adam,
        "adamw": torch.optim.AdamW,
    }
    if name not in classes:
        raise ValueError(name)
    optimizer = classes[name](params, lr=lr, weight_decay=weight_decay)
    if name == "sgd":
        for group in optimizer.param_groups:
            group["momentum"] = 0.9
    return optimizer


def from_names_with_capitals(name, params, lr, weight_decay):
    """Find the class in torch.optim by its name, whatever its capitals."""
    known = ("SGD", "Adagrad", "RMSprop", "Adam", "AdamW")
    found = [other for other in known if other.lower() == name]
    if not found:
        raise ValueError(f"unknown optimizer {name}")
    more = {"momentum": 0.9} if name == "sgd" else {}
    return getattr(torch.optim, found[0])(params, lr=lr, weight_decay=weight_decay, **more)


def with_decoupled_adam(name, params, lr, weight_decay):
    """Let Adam do the work of AdamW, and do without the fused loops over parameters."""
    groups = list(params)
    if name in ("adam", "adamw"):
        apart = name == "adamw"
        return torch.optim.Adam(
            groups, lr, weight_decay=weight_decay, decoupled_weight_decay=apart, foreach=False
        )
    if name == "sgd":
        return torch.optim.SGD(groups, lr, 0.9, 0, weight_decay, foreach=False)
    if name == "adagrad":
        return torch.optim.Adagrad(groups, lr, 0, weight_decay, foreach=False)
    if name == "rmsprop":
        return torch.optim.RMSprop(groups, lr, 0.99, 1e-8, weight_decay, foreach=False)
    raise ValueError("no such optimizer")
