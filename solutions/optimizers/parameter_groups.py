"""Two groups of parameters: one that decays, and one that does not."""


def parameter_groups(model, weight_decay):
    """Sort a model's parameters into groups for an optimizer, so that only some of them decay.

    Weight decay is meant for the weights that inputs are multiplied by, not for biases or the
    scales of BatchNorm and LayerNorm. As many projects do, we decide by the shape: a parameter with
    two or more dimensions decays, one with fewer does not; names and kinds of layers do not matter.
    Frozen parameters, those that require no gradient, are left out. Each of the others is in the
    groups exactly once, also if two layers share one tensor as their weight, or if it belongs to no
    layer. The groups fix what decays, whatever default the optimizer has.

    Args:
        model: any nn.Module with parameters, not all of them frozen. Do not modify it.
        weight_decay: the weight decay of the parameters that decay, above 0.

    Returns:
        The first argument for an optimizer of torch.optim: a list of dicts, one for each group; as
        many groups as you like, in any order.

    Example:
        >>> from torch import nn, optim
        >>> model = nn.Sequential(nn.Linear(5, 3), nn.LayerNorm(3))
        >>> optimizer = optim.AdamW(parameter_groups(model, weight_decay=0.1))
        >>> for name, param in model.named_parameters():
        ...     for group in optimizer.param_groups:
        ...         if any(param is other for other in group["params"]):
        ...             print(name, tuple(param.shape), group["weight_decay"])
        0.weight (3, 5) 0.1
        0.bias (3,) 0.0
        1.weight (3,) 0.0
        1.bias (3,) 0.0

    Read: torch.optim, "Per-parameter options"
        https://docs.pytorch.org/docs/stable/optim.html#per-parameter-options
    """
    trainable = [param for param in model.parameters() if param.requires_grad]
    decaying = [param for param in trainable if param.dim() >= 2]
    others = [param for param in trainable if param.dim() < 2]
    return [
        {"params": decaying, "weight_decay": weight_decay},
        {"params": others, "weight_decay": 0.0},
    ]


def one_group_each(model, weight_decay):
    """Give every parameter a group of its own."""
    return [
        {"params": param, "weight_decay": weight_decay if param.dim() > 1 else 0}
        for param in model.parameters()
        if param.requires_grad
    ]


def module_by_module(model, weight_decay):
    """Go through the modules, into a dict that holds each parameter once, and give names along."""
    names = {
        param: name
        for prefix, module in model.named_modules()
        for name, param in module.named_parameters(prefix, recurse=False)
        if param.requires_grad
    }
    plain = [(name, param) for param, name in names.items() if len(param.shape) <= 1]
    decaying = [(name, param) for param, name in names.items() if len(param.shape) > 1]
    return [
        {"params": plain, "weight_decay": 0.0},
        {"params": decaying, "weight_decay": weight_decay},
    ]


def everything_minus_the_vectors(model, weight_decay):
    """Take the vectors out of a dict of all, which holds each parameter under one name."""
    matrices = {name: param for name, param in model.named_parameters() if param.requires_grad}
    vectors = [matrices.pop(name) for name, param in [*matrices.items()] if param.ndim <= 1]
    groups = {weight_decay: matrices.values(), 0.0: vectors}
    return [{"weight_decay": decay, "params": params} for decay, params in groups.items()]
