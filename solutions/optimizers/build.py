"""Model, loss, optimizer: the three objects that every training loop needs."""

import torch
from torch import nn


def build(num_features, num_classes):
    """Build a small classifier, its loss function and its optimizer.

    The model is `nn.Linear` to 16 numbers (the hidden units), ReLU, which turns what is below 0
    into 0, and `nn.Linear` to one raw score per class (a logit: any number, not yet a probability).
    `nn.Sequential` makes one model of layers that follow each other; any other way is right, too.
    The loss function is the mean cross entropy of raw scores. The optimizer is SGD with learning
    rate 0.1 and momentum 0.9 (how much of the last step's direction is kept), all else at its
    default. It holds each parameter of the model once, in one group or in several, and nothing
    else, so that training changes every parameter of the model that you return. The initial weights
    may be those that `nn.Linear` has, or others.

    Args:
        num_features: how many numbers describe one example, 1 or more.
        num_classes: how many classes there are, 2 or more.

    Returns:
        A tuple `(model, loss_fn, optimizer)`, in this order. `model(inputs)` makes logits of shape
        (N, num_classes) from inputs of shape (N, num_features), and `loss_fn(logits, targets)`
        gives their loss, where targets of shape (N,) are int64, in [0, num_classes). Model and
        loss function must also work in float64, after `model.double()`.

    Example:
        >>> model, loss_fn, optimizer = build(num_features=4, num_classes=3)
        >>> model(torch.zeros(2, 4)).shape
        torch.Size([2, 3])
        >>> sum(param.numel() for param in model.parameters())
        131

    Read: torch.optim, "Constructing it"
        https://docs.pytorch.org/docs/stable/optim.html#constructing-it
    """
    model = nn.Sequential(
        nn.Linear(num_features, 16),
        nn.ReLU(),
        nn.Linear(16, num_classes),
    )
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    return model, loss_fn, optimizer


def loss_first_and_own_class(num_features, num_classes):
    """Write a class for the model; the loss needs no model, so it may come first."""
    loss_fn = nn.CrossEntropyLoss()

    class Classifier(nn.Module):
        def __init__(self):
            super().__init__()
            self.hidden = nn.Linear(num_features, 16)
            self.head = nn.Linear(16, num_classes)

        def forward(self, inputs):
            return self.head(self.hidden(inputs).relu())

    model = Classifier()
    optimizer = torch.optim.SGD(model.named_parameters(), lr=0.1, momentum=0.9)
    return model, loss_fn, optimizer


def groups_and_a_function(num_features, num_classes):
    """Give the optimizer one group per layer, and take a function for the loss."""
    hidden = nn.Linear(num_features, 16)
    head = nn.Linear(16, num_classes)
    groups = [{"params": head.parameters()}, {"params": hidden.parameters(), "lr": 0.1}]
    optimizer = torch.optim.SGD(groups, lr=0.1, momentum=0.9)
    return nn.Sequential(hidden, nn.ReLU(), head), nn.functional.cross_entropy, optimizer


def module_list_moved_afterwards(num_features, num_classes):
    """Move the model once the optimizer is there: the parameters stay the same objects."""

    class Classifier(nn.Module):
        def __init__(self):
            super().__init__()
            # Made last to first: neither order nor random start may matter.
            head = nn.Linear(16, num_classes)
            self.layers = nn.ModuleList([head, nn.Linear(num_features, 16)])
            nn.init.zeros_(head.bias)

        def forward(self, inputs):
            head, hidden = self.layers
            return head(torch.clamp(hidden(inputs), min=0))

    model = Classifier()
    params = list(model.parameters())
    optimizer = torch.optim.SGD(params, 0.1, 0.9)
    model.to(torch.float64).to(torch.float32)
    return model, nn.CrossEntropyLoss(), optimizer
