# One parameter at a time; what is not finite is no 0 when it is multiplied by 0
import torch


def gradient_report(model, loss):
    def words(parameter):
        if not parameter.requires_grad:
            yield "frozen"
        gradient = None
        if loss.requires_grad and parameter.requires_grad:
            (gradient,) = torch.autograd.grad(loss, parameter, retain_graph=True, allow_unused=True)
        if gradient is None:
            yield "none"
            return
        if (gradient * 0 != 0).any():
            yield "not finite"
        if torch.equal(gradient, torch.zeros_like(gradient)):
            yield "zero"
        yield "ok"

    return {name: next(words(parameter)) for name, parameter in model.named_parameters()}
