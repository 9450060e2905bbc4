# Right: walks over the modules and removes duplicates by identity.
def parameter_groups(model, weight_decay):
    decay = {"params": [], "weight_decay": weight_decay}
    plain = {"params": [], "weight_decay": 0.0}
    seen = set()
    for module in model.modules():
        for _, p in module.named_parameters(recurse=False):
            if id(p) in seen or not p.requires_grad:
                continue
            seen.add(id(p))
            group = decay if len(p.size()) > 1 else plain
            group["params"].append(p)
    return [g for g in (plain, decay) if g["params"]]
