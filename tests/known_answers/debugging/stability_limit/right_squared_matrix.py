# The Hessian, squared until only the steepest direction is left
import torch


def stability_limit(loss_fn, params, momentum):
    params = tuple(params)
    first = torch.autograd.grad(loss_fn(), params, create_graph=True, allow_unused=True)
    rows = []
    for p, g in zip(params, first):
        for i in range(p.numel()):
            if g is None or not g.requires_grad:
                second = [None] * len(params)
            else:
                second = torch.autograd.grad(
                    g.reshape(-1)[i], params, retain_graph=True, allow_unused=True
                )
            row = [torch.zeros_like(q) if s is None else s for s, q in zip(second, params)]
            rows.append(torch.cat([part.reshape(-1) for part in row]))
    hessian = torch.stack(rows)
    power = hessian / hessian.abs().max()
    for _ in range(10):
        power = power @ power
        power = power / power.abs().max()
    direction = power[:, power.norm(dim=0).argmax()]
    sharpness = (direction @ hessian @ direction) / (direction @ direction)
    return (2 + 2 * momentum) / sharpness.item()
