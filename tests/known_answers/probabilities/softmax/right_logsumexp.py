# Right, as the exponential of the score minus torch.logsumexp.

import torch


def softmax(logits, dim):
    return torch.exp(logits - torch.logsumexp(logits, dim=dim, keepdim=True))
