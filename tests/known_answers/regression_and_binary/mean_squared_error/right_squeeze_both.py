# both squeezed, even a batch of one
import torch


def mean_squared_error(prediction, target):
    return torch.mean(torch.pow(prediction.squeeze() - target.squeeze(), 2))
