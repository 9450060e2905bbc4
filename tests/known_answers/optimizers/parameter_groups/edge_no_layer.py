# Misses parameters that belong to no layer: only weight and bias of the leaf modules are looked at.
def parameter_groups(model, weight_decay):
    seen = {}
    for module in model.modules():
        for attribute in ("weight", "bias"):
            p = getattr(module, attribute, None)
            if p is not None and p.requires_grad:
                seen[id(p)] = p
    params = seen.values()
    return [
        {"params": [p for p in params if p.ndim >= 2], "weight_decay": weight_decay},
        {"params": [p for p in params if p.ndim < 2], "weight_decay": 0.0},
    ]
