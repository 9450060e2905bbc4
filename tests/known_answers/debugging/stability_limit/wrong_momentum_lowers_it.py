# Momentum multiplies steps by 1 / (1 - momentum), so the limit is taken to be smaller by that
import torch


def stability_limit(loss_fn, params, momentum):
    grads = torch.autograd.grad(loss_fn(), params, create_graph=True, allow_unused=True)
    flat = torch.cat(
        [torch.zeros_like(p).flatten() if g is None else g.flatten() for p, g in zip(params, grads)]
    )
    hessian = []
    for g in flat:
        rows = torch.autograd.grad(g, params, retain_graph=True, allow_unused=True)
        hessian.append(
            torch.cat(
                [
                    torch.zeros_like(p).flatten() if r is None else r.flatten()
                    for p, r in zip(params, rows)
                ]
            )
        )
    sharpness = torch.linalg.eigvalsh(torch.stack(hessian))[-1].item()
    return 2 * (1 - momentum) / sharpness
