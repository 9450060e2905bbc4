"""A training loop for any scheduler: where does its `step()` belong?"""

import torch
from torch.optim.lr_scheduler import CosineAnnealingLR, OneCycleLR, ReduceLROnPlateau


def scheduled_training(model, loader, loss_fn, optimizer, scheduler, epochs, validate):
    """Train for some epochs, and call the scheduler's `step()` where that scheduler needs it.

    Each batch gets one step of the optimizer, by its own gradients, with the model in training
    mode. After each epoch, `validate(model)` is called once. It leaves the model in evaluation
    mode.

    `OneCycleLR` and `CosineAnnealingLR` count batches here: the learning rate changes from one
    batch to the next. All other schedulers count epochs, so that all batches of an epoch have the
    same learning rate. The first batch is trained with the learning rate that is set when the
    training begins.

    Args:
        model: gives the outputs for a batch of inputs.
        loader: can be iterated once for each epoch, and gives batches (inputs, targets), in the
            dtype of the model, float32 or float64.
        loss_fn: `loss_fn(outputs, targets)` is the loss of a batch, a scalar tensor (shape `()`).
        optimizer: holds the parameters of the model.
        scheduler: any of torch.optim.lr_scheduler, for this optimizer. It may be
            ReduceLROnPlateau, which looks at what `validate` returns.
        epochs: an int, 1 or above.
        validate: `validate(model)` returns a float, such as the loss on the validation data.

    Returns:
        A list of floats: what `validate` returned after each epoch.

    Example: a learning rate of 0.25 in the first epoch, and of 0.125 in the second.
        >>> model = torch.nn.Linear(1, 1, bias=False)
        >>> _ = torch.nn.init.zeros_(model.weight)
        >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.25)
        >>> scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.5)
        >>> loader = [(torch.ones(1, 1), torch.ones(1, 1))]
        >>> def weight(model):
        ...     return model.weight.item()
        >>> scheduled_training(model, loader, torch.nn.MSELoss(), optimizer, scheduler, 2, weight)
        [0.5, 0.625]

    Read: torch.optim, "How to adjust learning rate"
        https://docs.pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate
    """
    raise NotImplementedError
