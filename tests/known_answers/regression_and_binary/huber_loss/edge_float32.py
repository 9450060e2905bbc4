# float32
import torch
import torch.nn.functional as F


def huber_loss(prediction, target, delta):
    return F.huber_loss(prediction.float(), target.float(), delta=delta)
