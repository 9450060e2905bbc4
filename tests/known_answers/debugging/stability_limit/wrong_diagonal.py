# The largest second derivative by a single number: the diagonal of the Hessian
import torch


def stability_limit(loss_fn, params, momentum):
    loss = loss_fn()
    grads = torch.autograd.grad(loss, params, create_graph=True, allow_unused=True)
    sharpness = 0.0
    for i, grad in enumerate(grads):
        if grad is None or not grad.requires_grad:
            continue
        for j, g in enumerate(grad.reshape(-1)):
            (row,) = torch.autograd.grad(g, params[i], retain_graph=True, allow_unused=True)
            if row is not None:
                sharpness = max(sharpness, row.reshape(-1)[j].item())
    return 2 * (1 + momentum) / sharpness
