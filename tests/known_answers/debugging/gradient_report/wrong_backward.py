# A backward pass that keeps the graph, and leaves its gradients in the parameters
import torch


def gradient_report(model, loss):
    model.zero_grad()
    if loss.requires_grad:
        loss.backward(retain_graph=True)
    report = {}
    for name, param in model.named_parameters():
        if not param.requires_grad:
            report[name] = "frozen"
        elif param.grad is None:
            report[name] = "none"
        elif not torch.isfinite(param.grad).all():
            report[name] = "not finite"
        elif (param.grad == 0).all():
            report[name] = "zero"
        else:
            report[name] = "ok"
    return report
