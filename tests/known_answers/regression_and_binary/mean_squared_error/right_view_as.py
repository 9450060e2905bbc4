# the prediction in the shape of the target
import torch


def mean_squared_error(prediction, target):
    return torch.nn.MSELoss()(prediction.view_as(target), target)
