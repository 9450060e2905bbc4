# Right, but the gradients that the parameters had are gone
import torch


def stability_limit(loss_fn, params, momentum):
    for p in params:
        p.grad = None
    loss_fn().backward(create_graph=True)
    flat = torch.cat(
        [torch.zeros_like(p).flatten() if p.grad is None else p.grad.flatten() for p in params]
    )
    for p in params:
        p.grad = None
    hessian = torch.zeros(len(flat), len(flat), dtype=flat.dtype)
    for i in range(len(flat)):
        rows = torch.autograd.grad(
            flat[i], params, retain_graph=True, allow_unused=True, materialize_grads=True
        )
        hessian[i] = torch.cat([row.flatten() for row in rows])
    sharpness = torch.linalg.eigvalsh(hessian).max()
    return (2 * (1 + momentum) / sharpness).item()
