# summed over D
import torch
import torch.nn.functional as F


def huber_loss(prediction, target, delta):
    loss = F.huber_loss(prediction, target, delta=delta, reduction="sum")
    return loss / len(prediction)
