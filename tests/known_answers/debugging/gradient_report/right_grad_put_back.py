# A backward pass into the parameters alone, whose own gradients are put back
import torch


def gradient_report(model, loss):
    before = [(parameter, parameter.grad) for parameter in model.parameters()]
    trained = [parameter for parameter, _ in before if parameter.requires_grad]
    for parameter in trained:
        parameter.grad = None
    try:
        if trained and loss.requires_grad:
            loss.backward(retain_graph=True, inputs=trained)
        return {name: word(parameter) for name, parameter in model.named_parameters()}
    finally:
        for parameter, grad in before:
            parameter.grad = grad


def word(parameter):
    if not parameter.requires_grad:
        return "frozen"
    if parameter.grad is None:
        return "none"
    if not parameter.grad.isfinite().all():
        return "not finite"
    return "ok" if parameter.grad.ne(0).any() else "zero"
