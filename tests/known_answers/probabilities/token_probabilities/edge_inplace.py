# It sets the scores of padding positions to 0 in the caller's tensor.

import torch
from torch import nn


def token_probabilities(scores, is_token):
    scores.data[~is_token] = 0.0
    softmax = nn.Softmax(dim=-1)
    return softmax(scores) * is_token[:, :, None]
