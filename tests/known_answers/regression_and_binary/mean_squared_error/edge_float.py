# float32 whatever comes
import torch


def mean_squared_error(prediction, target):
    error = prediction.reshape(-1).float() - target.reshape(-1).float()
    return (error ** 2).mean()
