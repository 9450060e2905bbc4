# Looks at the norm, which overflows for large gradients and is 0 for tiny ones
import torch


def gradient_report(model, loss):
    report = {}
    for name, p in model.named_parameters():
        if not p.requires_grad:
            report[name] = "frozen"
            continue
        g = None
        if loss.requires_grad:
            (g,) = torch.autograd.grad(loss, p, retain_graph=True, allow_unused=True)
        if g is None:
            report[name] = "none"
            continue
        norm = g.norm()
        if not torch.isfinite(norm):
            report[name] = "not finite"
        elif norm == 0:
            report[name] = "zero"
        else:
            report[name] = "ok"
    return report
