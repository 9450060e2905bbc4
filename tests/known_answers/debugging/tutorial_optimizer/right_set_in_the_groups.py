# right, unusual: sets momentum and weight decay in the parameter groups afterwards, which trains the same.
import torch


def tutorial_optimizer(model, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for group in optimizer.param_groups:
        group["momentum"] = 0.9
        group["weight_decay"] = 0.1
    return optimizer
