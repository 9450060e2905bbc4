# Scores of -inf become -10000, so that a row of them gives about -10000 instead of -inf.

import torch


def log_sum_exp(logits, dim, keepdim):
    x = torch.where(torch.isinf(logits), torch.full_like(logits, -1e4), logits)
    m = x.amax(dim=dim, keepdim=True)
    s = torch.exp(x - m).sum(dim=dim, keepdim=keepdim)
    return torch.log(s) + (m if keepdim else m.squeeze(dim))
