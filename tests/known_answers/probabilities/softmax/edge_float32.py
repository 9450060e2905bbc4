# It computes in float32 and returns float32 for float64 logits.

import torch


def softmax(logits, dim):
    logits = logits.float()
    exps = torch.exp(logits - logits.max(dim=dim, keepdim=True).values)
    return exps / exps.sum(dim=dim, keepdim=True)
