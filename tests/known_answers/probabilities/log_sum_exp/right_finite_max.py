# Right, with the detached maximum, which becomes 0 where it is -inf.

import torch


def log_sum_exp(logits, dim, keepdim):
    m = logits.detach().amax(dim=dim, keepdim=True)
    m = torch.where(torch.isfinite(m), m, torch.zeros_like(m))
    out = (logits - m).exp().sum(dim=dim, keepdim=True).log() + m
    return out if keepdim else out.squeeze(dim)
