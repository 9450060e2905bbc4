# wrong: switches the model to train mode and thereby modifies it; a model that comes in eval mode shows it.
import torch


def tutorial_optimizer(model, lr):
    model.train()
    return torch.optim.SGD(
        model.parameters(),
        lr=lr,
        momentum=0.9,
        weight_decay=0.1,
    )
