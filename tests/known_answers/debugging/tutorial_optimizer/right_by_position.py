# All by position, the dampening too
import torch


def tutorial_optimizer(model, lr):
    return torch.optim.SGD(model.parameters(), lr, 0.9, 0.0, 0.1)
