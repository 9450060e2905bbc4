# gradients by autograd.grad, and a closure that returns a float
import torch


def lbfgs(model, optimizer, loss_fn, inputs, targets, steps):
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    learning = [p for p in parameters if p.requires_grad]
    seen = []

    def closure():
        with torch.enable_grad():
            loss = loss_fn(model(inputs), targets)
        gradients = torch.autograd.grad(loss, learning, allow_unused=True)
        for parameter in parameters:
            parameter.grad = None
        for parameter, gradient in zip(learning, gradients, strict=True):
            parameter.grad = gradient
        seen[-1].append(loss.item())
        return seen[-1][-1]

    for _ in range(steps):
        seen.append([])
        optimizer.step(closure)
    return [first for first, *_ in seen]
