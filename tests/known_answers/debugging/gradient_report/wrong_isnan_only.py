# Looks for nan, and inf is ok
import torch


def gradient_report(model, loss):
    trained = [p for p in model.parameters() if p.requires_grad]
    grads = [None] * len(trained)
    if trained and loss.requires_grad:
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
        elif torch.isnan(g).any():
            report[name] = "not finite"
        elif torch.count_nonzero(g) == 0:
            report[name] = "zero"
        else:
            report[name] = "ok"
    return report
