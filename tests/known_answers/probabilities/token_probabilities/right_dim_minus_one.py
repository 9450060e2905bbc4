# Right, with the softmax over the last dimension.

import torch
from torch import nn


def token_probabilities(scores, is_token):
    softmax = nn.Softmax(dim=-1)
    return softmax(scores) * is_token[:, :, None]
