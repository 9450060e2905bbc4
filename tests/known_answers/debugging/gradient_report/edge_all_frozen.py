# Fails where every parameter is frozen, and the loss requires a gradient through its inputs
import torch


def gradient_report(model, loss):
    trained = [p for p in model.parameters() if p.requires_grad]
    grads = [None] * len(trained)
    if loss.requires_grad:
        grads = torch.autograd.grad(loss, trained, retain_graph=True, allow_unused=True)
    grads = iter(grads)
    report = {}
    for name, p in model.named_parameters():
        if not p.requires_grad:
            report[name] = "frozen"
            continue
        g = next(grads)
        if g is None:
            report[name] = "none"
        elif not torch.isfinite(g).all():
            report[name] = "not finite"
        elif not g.any():
            report[name] = "zero"
        else:
            report[name] = "ok"
    return report
