# High scores overflow, also at padding positions, where inf * 0 is nan.

import torch
from torch import nn


def token_probabilities(scores, is_token):
    exps = torch.exp(scores)
    probs = exps / exps.sum(dim=-1, keepdim=True)
    return probs * is_token[:, :, None]
