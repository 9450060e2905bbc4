# It subtracts the largest absolute value, so that rows of low scores underflow to 0 / 0.

import torch


def softmax(logits, dim):
    m = logits.abs().amax(dim=dim, keepdim=True)
    exps = torch.exp(logits - m)
    return exps / exps.sum(dim=dim, keepdim=True)
