# the target's shape is changed in place
import torch
import torch.nn.functional as F


def mean_squared_error(prediction, target):
    if target.dim() == 1:
        target.unsqueeze_(1)
    if prediction.dim() == 1:
        prediction = prediction.unsqueeze(1)
    return F.mse_loss(prediction, target)
