# Right, by filling in the softmax of the tokens alone.

import torch
from torch import nn


def token_probabilities(scores, is_token):
    probabilities = torch.zeros_like(scores)
    probabilities[is_token] = scores[is_token].softmax(dim=1)
    return probabilities
