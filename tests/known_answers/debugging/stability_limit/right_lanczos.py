# Lanczos: products of the Hessian with vectors, and a small tridiagonal matrix
import torch


def flat(tensors, params):
    return torch.cat(
        [p.new_zeros(p.numel()) if t is None else t.reshape(-1) for t, p in zip(tensors, params)]
    )


def stability_limit(loss_fn, params, momentum):
    params = list(params)
    grads = torch.autograd.grad(loss_fn(), params, create_graph=True, allow_unused=True)
    slope = flat(grads, params)

    def curved(v):
        parts = torch.autograd.grad(slope @ v, params, retain_graph=True, allow_unused=True)
        return flat(parts, params)

    generator = torch.Generator().manual_seed(20)
    v = torch.randn(len(slope), dtype=slope.dtype, generator=generator)
    basis, images = [], []
    for _ in range(len(slope)):
        for _ in range(2):
            for b in basis:
                v = v - (b @ v) * b
        if basis and v.norm() <= 1e-10 * max(image.norm() for image in images):
            break
        v = v / v.norm()
        basis.append(v)
        images.append(curved(v))
        v = images[-1]
    small = torch.stack(basis) @ torch.stack(images).T
    sharpness = torch.linalg.eigvalsh((small + small.T) / 2)[-1]
    return float(2 * (1 + momentum) / sharpness)
