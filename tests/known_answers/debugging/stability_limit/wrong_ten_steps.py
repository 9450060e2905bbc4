# Power iteration that ends after ten steps
import torch


def stability_limit(loss_fn, params, momentum):
    grads = torch.autograd.grad(loss_fn(), params, create_graph=True, allow_unused=True)
    used = [(p, g) for p, g in zip(params, grads) if g is not None and g.requires_grad]
    params = [p for p, _ in used]
    grads = [g for _, g in used]
    v = [torch.randn_like(p) for p in params]
    eigenvalue = 0.0
    for _ in range(10):
        norm = sum((x * x).sum() for x in v).sqrt()
        v = [x / norm for x in v]
        gv = sum((g * x).sum() for g, x in zip(grads, v))
        hv = torch.autograd.grad(gv, params, retain_graph=True, allow_unused=True)
        hv = [torch.zeros_like(p) if h is None else h for p, h in zip(params, hv)]
        eigenvalue = sum((h * x).sum() for h, x in zip(hv, v)).item()
        v = hv
    return 2 * (1 + momentum) / eigenvalue
