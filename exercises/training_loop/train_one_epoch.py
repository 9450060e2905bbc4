"""One pass over the data: one step for each batch, and the mean loss of the pass."""


def train_one_epoch(model, loader, loss_fn, optimizer):
    """Train for one pass over the loader, and report the mean loss.

    The optimizer takes one step for each batch, with the gradients of this batch alone: old
    gradients do not influence it. The model is trained in training mode, whatever mode it comes in,
    and is left in training mode.

    Args:
        model: gives the outputs for a batch of inputs; it may hold Dropout and BatchNorm, and it
            may come in evaluation mode.
        loader: a DataLoader over all examples (without `drop_last`), in batches (inputs, targets);
            at least one batch, the inputs of the dtype of the model. The last batch may be smaller
            than the others.
        loss_fn: `loss_fn(outputs, targets)` is the mean loss over the examples of a batch.
        optimizer: updates the parameters of the model; any optimizer of torch.optim that needs the
            gradients once per step.

    Returns:
        The mean loss over all examples of the pass, a Python float. Each example counts once, with
        the loss that its batch was trained on: the one before the step.

    Example:
        >>> from torch import nn, ones, optim, tensor, utils
        >>> model = nn.Linear(1, 1, bias=False)
        >>> _ = nn.init.zeros_(model.weight)
        >>> optimizer = optim.SGD(model.parameters(), lr=0.25)
        >>> examples = utils.data.TensorDataset(ones(3, 1), tensor([[1.0], [1.0], [3.0]]))
        >>> loader = utils.data.DataLoader(examples, batch_size=2)
        >>> train_one_epoch(model, loader, nn.MSELoss(), optimizer)  # (1.0 + 1.0 + 6.25) / 3
        2.75

    Read: torch.optim, "Taking an optimization step"
        https://docs.pytorch.org/docs/stable/optim.html#taking-an-optimization-step
    """
    raise NotImplementedError
