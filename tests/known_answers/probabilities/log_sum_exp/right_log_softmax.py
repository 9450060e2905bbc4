# Right, as the highest score minus its own log_softmax, rows without a finite score apart.

import torch


def log_sum_exp(logits, dim, keepdim):
    empty = (logits == -torch.inf).all(dim=dim, keepdim=True)
    safe = logits.masked_fill(empty, 0.0)
    best = safe.argmax(dim=dim, keepdim=True)
    result = safe.gather(dim, best) - torch.log_softmax(safe, dim).gather(dim, best)
    result = result.masked_fill(empty, -torch.inf)
    return result if keepdim else result.squeeze(dim)
