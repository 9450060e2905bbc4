"""Stop a training run at any moment, start it again, and get the same numbers to the last bit."""

import torch


def resume(path, train_epoch, model, optimizer, scheduler, generator, epochs):
    """Train until `epochs` epochs are done, continuing from the file at `path` if it is there.

    This is called by a script that may be killed at any moment, also in the middle of an epoch or
    while a file is written, and is then started again. Each start makes everything afresh, in the
    same way but with other numbers: other weights, and random generators in another state. A run
    that was killed and started again must be bit for bit the one that never stopped, in which
    nothing happens but `train_epoch()` and `scheduler.step()`, in turn. The epoch that was killed
    is trained again. A start that finds no file is the first one, and begins with its own numbers.

    So after each epoch, once the scheduler has stepped, one file is written that holds all that the
    rest of the run depends on. It holds plain data, which `torch.load(path, weights_only=True)` can
    read, and it is all that a new start finds. After the first epoch there must be a whole file at
    `path` at every moment: the old one, until the new one is complete.

    Args:
        path: a pathlib.Path. On the first start there is no file. A new file replaces the old one.
            A kill may leave files with other names beside it.
        train_epoch: `train_epoch()` trains the model for one epoch and returns its mean loss, a
            float. It draws from two random generators: `generator`, which shuffles the examples,
            and the global one of torch, which Dropout uses.
        model: the nn.Module that `train_epoch` trains; this very object.
        optimizer: takes the steps in `train_epoch`; this very object.
        scheduler: sets the lr of the optimizer; it steps once after each epoch.
        generator: a torch.Generator; this very object.
        epochs: how many epochs the whole run has, an int, at least as many as are done already.

    Returns:
        The mean loss of each epoch of the whole run, a list of `epochs` floats, those before the
        stop as well.

    Example:
        >>> import tempfile
        >>> from pathlib import Path
        >>> model, generator = torch.nn.Linear(2, 1), torch.Generator()
        >>> optimizer = torch.optim.Adam(model.parameters(), lr=0.4)
        >>> scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
        >>> def train_epoch():
        ...     optimizer.zero_grad()
        ...     loss = model(torch.randn(3, 2, generator=generator)).square().mean()
        ...     loss.backward()
        ...     optimizer.step()
        ...     return loss.item()
        >>> parts = train_epoch, model, optimizer, scheduler, generator
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     first = resume(Path(folder, "run.pt"), *parts, epochs=2)
        ...     whole = resume(Path(folder, "run.pt"), *parts, epochs=5)
        >>> len(first), len(whole), whole[:2] == first
        (2, 5, True)

    Read: Reproducibility, "Controlling sources of randomness"
        https://docs.pytorch.org/docs/stable/notes/randomness.html
    """
    raise NotImplementedError
