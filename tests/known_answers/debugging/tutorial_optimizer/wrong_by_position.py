# The third number by position is the dampening
import torch


def tutorial_optimizer(model, lr):
    return torch.optim.SGD(
        model.parameters(),
        lr,
        0.9,
        0.1,
    )
