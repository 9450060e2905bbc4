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
    raise NotImplementedError
