# A gradient whose sum is 0 counts as zero
import torch


def gradient_report(model, loss):
    report = {}
    params = {n: p for n, p in model.named_parameters() if p.requires_grad}
    if params and loss.requires_grad:
        values = torch.autograd.grad(
            loss, list(params.values()), retain_graph=True, allow_unused=True
        )
    else:
        values = [None] * len(params)
    grads = dict(zip(params, values))
    for name, param in model.named_parameters():
        if not param.requires_grad:
            report[name] = "frozen"
        elif grads[name] is None:
            report[name] = "none"
        elif torch.isnan(grads[name]).any() or torch.isinf(grads[name]).any():
            report[name] = "not finite"
        elif grads[name].sum().item() == 0:
            report[name] = "zero"
        else:
            report[name] = "ok"
    return report
