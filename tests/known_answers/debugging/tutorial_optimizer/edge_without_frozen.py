# Leaves the frozen parameters out
import torch


def tutorial_optimizer(model, lr):
    return torch.optim.SGD(
        [p for p in model.parameters() if p.requires_grad],
        lr=lr,
        momentum=0.9,
        weight_decay=0.1,
    )
