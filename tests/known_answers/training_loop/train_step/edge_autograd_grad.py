# Edge: torch.autograd.grad overwrites p.grad of what is trained and of nothing else, so the step moves a frozen parameter that has an old gradient.
import torch


def train_step(model, inputs, targets, loss_fn, optimizer):
    params = [p for group in optimizer.param_groups for p in group["params"] if p.requires_grad]
    loss = loss_fn(model(inputs), targets)
    grads = torch.autograd.grad(loss, params, allow_unused=True)
    for param, grad in zip(params, grads):
        param.grad = grad
    optimizer.step()
    return loss.tolist()
