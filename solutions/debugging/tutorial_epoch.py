"""An epoch of a tutorial, and the loss that it reports."""


def tutorial_epoch(model, loader, loss_fn, optimizer):
    """Train for one epoch, and report the mean of the batches' losses.

    The exercise starts with a version of this function that has one bug: with three batches the
    loss that it returns is 1.5 times what it should be, and with a single batch it fails. How it
    trains is right. Find the bug and fix it.

    Each batch counts once here, however many examples it has: batches with the losses 1.0 and 4.0
    have the mean 2.5. Where the last batch is smaller, that is not the mean over the examples;
    training_loop/train_one_epoch asks for that one.

    Args:
        model: gives the outputs for a batch of inputs. It is trained in training mode, whatever
            mode it comes in, and is left in training mode.
        loader: a DataLoader, or a list, of at least one batch (inputs, targets), the inputs of
            the dtype of the model. `len(loader)` is the number of batches; the last one may be
            smaller than the others.
        loss_fn: `loss_fn(outputs, targets)` is the loss of a batch.
        optimizer: takes one step for each batch, with the gradients of this batch alone.

    Returns:
        The sum of the batches' losses divided by the number of batches, a Python float. The loss
        of a batch is the one before its step.

    Example:
        >>> from torch import nn, ones, optim, tensor
        >>> model = nn.Linear(1, 1, bias=False)
        >>> _ = nn.init.zeros_(model.weight)
        >>> optimizer = optim.SGD(model.parameters(), lr=0.25)
        >>> batches = [(ones(2, 1), tensor([[1.0], [1.0]])), (ones(1, 1), tensor([[3.0]]))]
        >>> tutorial_epoch(model, batches, nn.MSELoss(), optimizer)  # (1.0 + 6.25) / 2
        3.625

    Read: torch.utils.data.DataLoader, "Loading Batched and Non-Batched Data"
        https://docs.pytorch.org/docs/stable/data.html#loading-batched-and-non-batched-data
    """
    model.train()
    epoch_loss = 0.0
    for i, (inputs, targets) in enumerate(loader):
        optimizer.zero_grad()
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        optimizer.step()
        epoch_loss += loss.item()
        batches = i + 1
    return epoch_loss / batches


def counting_from_one(model, loader, loss_fn, optimizer):
    """Let `enumerate` begin at 1, and know the mean after each batch."""
    model.train()
    epoch_loss, mean_loss = 0.0, 0.0
    for count, (inputs, targets) in enumerate(loader, start=1):
        optimizer.zero_grad()
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        optimizer.step()
        epoch_loss += loss.item()
        mean_loss = epoch_loss / count
    return mean_loss


def with_the_length_of_the_loader(model, loader, loss_fn, optimizer):
    """Ask the loader for the number of its batches."""
    model.train()
    epoch_loss = 0.0
    for inputs, targets in loader:
        optimizer.zero_grad()
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        optimizer.step()
        epoch_loss += loss.item()
    return epoch_loss / len(loader)


def with_a_count_of_its_own(model, loader, loss_fn, optimizer):
    """Count the batches by hand, and let the sum stay a tensor until the end."""
    model.train()
    epoch_loss, count = 0.0, 0
    for batch in loader:
        inputs, targets = batch
        loss = loss_fn(model(inputs), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        epoch_loss = epoch_loss + loss.detach()
        count += 1
    return (epoch_loss / count).item()


def with_a_list_of_losses(model, loader, loss_fn, optimizer):
    """Keep the losses, and take their mean at the end."""
    model.train()
    losses = []
    for inputs, targets in loader:
        optimizer.zero_grad()
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return sum(losses) / len(losses)
