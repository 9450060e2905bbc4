# The Hessian of each tensor by itself, and the largest of their eigenvalues
import torch


def stability_limit(loss_fn, params, momentum):
    loss = loss_fn()
    grads = torch.autograd.grad(loss, params, create_graph=True, allow_unused=True)
    largest = 0.0
    for p, grad in zip(params, grads):
        if grad is None or not grad.requires_grad:
            continue
        rows = []
        for g in grad.reshape(-1):
            (row,) = torch.autograd.grad(g, p, retain_graph=True, allow_unused=True)
            rows.append(torch.zeros(p.numel()).double() if row is None else row.reshape(-1))
        eigenvalues = torch.linalg.eigvalsh(torch.stack(rows))
        largest = max(largest, eigenvalues.max().item())
    return 2 * (1 + momentum) / largest
