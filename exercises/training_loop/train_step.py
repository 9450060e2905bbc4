"""One training step: the four calls that every training loop repeats."""

import torch


def train_step(model, inputs, targets, loss_fn, optimizer):
    """Train on one batch, and report its loss.

    The parameters move once, by the gradients of this batch alone. Old gradients do not count
    (whether they become None or 0), nor do those of a frozen parameter, which does not move. The
    model comes in training mode, is called once, and is in training mode afterwards. The loss that
    is reported is the one from that call, before the step.

    Args:
        model: gives the outputs for a batch of inputs; it is in training mode.
        inputs: a batch, shape (N, ...).
        targets: what `loss_fn` compares the outputs with.
        loss_fn: `loss_fn(outputs, targets)` is the loss of the batch, a scalar tensor (shape `()`);
            it takes the outputs as the model gives them.
        optimizer: holds all parameters of the model, frozen ones too. Its `step()` needs no
            closure.

    Returns:
        The loss before the step, a Python float.

    Example:
        >>> model = torch.nn.Linear(1, 1, bias=False)
        >>> _ = torch.nn.init.zeros_(model.weight)
        >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.25)
        >>> batch = torch.ones(2, 1), torch.tensor([[1.0], [3.0]])
        >>> train_step(model, *batch, torch.nn.MSELoss(), optimizer)
        5.0
        >>> model.weight.item()
        1.0
        >>> train_step(model, *batch, torch.nn.MSELoss(), optimizer)
        2.0
        >>> model.weight.item()
        1.5

    Read: torch.optim, "Taking an optimization step"
        https://docs.pytorch.org/docs/stable/optim.html#taking-an-optimization-step
    """
    raise NotImplementedError
