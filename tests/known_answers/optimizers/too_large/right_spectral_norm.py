# the matrix that a step multiplies the distances with
import torch


def too_large(curvature, lr):
    hessian = torch.diag(curvature[curvature > 0])
    step = torch.eye(len(hessian), dtype=torch.float64) - lr * hessian
    radius = torch.linalg.matrix_norm(step, 2).item()
    limit = 2 / torch.linalg.eigvalsh(hessian)[-1].item()
    return limit, radius**2, torch.tensor([1 - lr * c < 0 for c in curvature.tolist()])
