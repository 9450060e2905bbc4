# Where all scores are -inf, it computes -inf - -inf, which is nan.

import torch


def log_sum_exp(logits, dim, keepdim):
    m = logits.max(dim=dim, keepdim=True).values
    out = m + torch.log(torch.exp(logits - m).sum(dim=dim, keepdim=True))
    if not keepdim:
        out = out.squeeze(dim)
    return out
