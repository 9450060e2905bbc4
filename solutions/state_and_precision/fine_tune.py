"""A new head on a trained backbone: only the head learns, and nothing else moves."""

import torch
from torch import nn


def fine_tune(backbone, head, loader, loss_fn, lr):
    """Train a head for one epoch on what a trained backbone makes of the inputs.

    For each batch the backbone is called once, and the head once with what it gave. One step of SGD
    with learning rate `lr`, momentum 0.9 and weight decay 0.01 then moves the head's parameters.

    The backbone is called in evaluation mode, and is left in it. Nothing else of it is changed
    afterwards: not its parameters, its buffers or its gradients, nor which of its parameters
    require one. The head is called in training mode, and is left in it, whatever mode it came in;
    its gradients afterwards do not matter. Nothing is returned.

    Args:
        backbone: turns inputs into features; it may hold BatchNorm and Dropout, and come in
            training mode. All its parameters require gradients; they may have some already.
        head: turns features into scores; it may hold BatchNorm and Dropout. Its parameters may have
            old gradients, which do not count.
        loader: batches (inputs, targets), a DataLoader or a list; inputs of shape (N, ...), float32
            or float64, the dtype of both models.
        loss_fn: `loss_fn(scores, targets)` gives the loss to be made small.
        lr: the learning rate, a float above 0.

    Example: the backbone stays 2, and the head moves.
        >>> backbone, head = nn.Linear(1, 1, bias=False), nn.Linear(1, 1, bias=False)
        >>> _ = nn.init.constant_(backbone.weight, 2.0), nn.init.constant_(head.weight, 1.0)
        >>> batch = torch.tensor([[1.0]]), torch.tensor([[0.0]])
        >>> fine_tune(backbone, head, [batch], nn.MSELoss(), 0.1)
        >>> backbone.weight.item(), round(head.weight.item(), 4)  # 1 - 0.1 * (8 + 0.01)
        (2.0, 0.199)

    Read: Transfer Learning for Computer Vision
        https://docs.pytorch.org/tutorials/beginner/transfer_learning_tutorial.html
    """
    optimizer = torch.optim.SGD(head.parameters(), lr, momentum=0.9, weight_decay=0.01)
    backbone.eval()
    head.train()
    for inputs, targets in loader:
        with torch.no_grad():
            features = backbone(inputs)
        optimizer.zero_grad()
        loss_fn(head(features), targets).backward()
        optimizer.step()


def with_detached_features(backbone, head, loader, loss_fn, lr):
    """Cut the graph between the two."""
    settings = {"lr": lr, "momentum": 0.9, "weight_decay": 0.01}
    optimizer = torch.optim.SGD([{"params": list(head.parameters())}], **settings)
    backbone.train(False)
    head.train(True)
    for inputs, targets in loader:
        loss = loss_fn(head(backbone(inputs).detach()), targets)
        optimizer.zero_grad(set_to_none=False)
        loss.backward()
        optimizer.step()


def with_gradients_of_the_head_alone(backbone, head, loader, loss_fn, lr):
    """Freeze the backbone for the time of the training, and ask for the head's gradients."""
    params = list(head.parameters())
    optimizer = torch.optim.SGD(params, lr=lr, momentum=0.9, weight_decay=0.01)
    backbone.eval().requires_grad_(False)
    head.train()
    for inputs, targets in loader:
        loss = loss_fn(nn.Sequential(backbone, head)(inputs), targets)
        for param, grad in zip(params, torch.autograd.grad(loss, params), strict=True):
            param.grad = grad
        optimizer.step()
    backbone.requires_grad_(True)


def with_all_features_first(backbone, head, loader, loss_fn, lr):
    """A backbone that does not change gives the same features in any order of the calls."""
    backbone.eval()
    head.train()
    with torch.no_grad():
        batches = [(backbone(inputs), targets) for inputs, targets in loader]
    optimizer = torch.optim.SGD(head.parameters(), lr=lr, momentum=0.9, weight_decay=0.01)
    for features, targets in batches:
        optimizer.zero_grad()
        loss_fn(head(features), targets).backward()
        optimizer.step()
