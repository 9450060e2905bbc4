# wrong (subtle): asks for foreach=True "for speed", although all other settings must be at their defaults; optimizer.defaults["foreach"] shows it.
import torch


def tutorial_optimizer(model, lr):
    params = list(model.parameters())
    return torch.optim.SGD(params, lr=lr, momentum=0.9, weight_decay=0.1, foreach=True)
