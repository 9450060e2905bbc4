"""A tutorial's training that may be stopped, and goes on where it was."""

import torch


def interrupted_run(path, model, optimizer, train, epochs):
    """Train until `epochs` epochs are done in all, and save the run after each of them.

    The exercise starts with a version of this function that has one bug: a run of 5 epochs that was
    stopped after 3 and is started again trains 5 more, so that the model has seen the data 8 times.
    Weights, momentum and lr come back as they were. Find the bug and fix it.

    If there is no file at `path`, the run begins with epoch 0, with the model and the optimizer as
    they come. If there is one, the program was stopped: then the run continues as if that had never
    happened, with the first epoch that is not done. If all are done, nothing is trained.

    Args:
        path: of the only file that is written, a pathlib.Path; it can be read with
            `torch.load(path, weights_only=True)`. Several runs have several paths. Files that the
            version with the bug has written need not be read.
        model: what is trained. After a restart it has other weights, until they are read.
        optimizer: of its parameters. After a restart it knows nothing of the epochs before.
        train: `train(model, optimizer, epoch)` trains for one epoch, in place; `epoch` is its
            number, from 0. It returns nothing. The program may be stopped inside it.
        epochs: how many in all, an int from 1. A run may be started again with a larger number.

    Example: a run is stopped after 2 of 3 epochs.
        >>> import tempfile
        >>> from pathlib import Path
        >>> model = torch.nn.Linear(1, 1)
        >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        >>> def train(model, optimizer, epoch):
        ...     print("epoch", epoch)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder, "run.pt")
        ...     interrupted_run(path, model, optimizer, train, epochs=2)
        ...     interrupted_run(path, model, optimizer, train, epochs=3)
        epoch 0
        epoch 1
        epoch 2

    Read: Saving and Loading a General Checkpoint in PyTorch
        https://docs.pytorch.org/tutorials/beginner/saving_loading_models.html
    """
    start_epoch = 0
    if path.exists():
        saved = torch.load(path, weights_only=True)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        start_epoch = saved.get("epoch", 0)
    for epoch in range(start_epoch, epochs):
        train(model, optimizer, epoch)
        saved = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
        saved["epoch"] = epoch + 1
        torch.save(saved, path)


def with_the_last_epoch(path, model, optimizer, train, epochs):
    """Save the number of the epoch that is done, and continue with the next."""
    last = -1
    if path.is_file():
        last, parts = torch.load(path)
        for part, state in zip((model, optimizer), parts, strict=True):
            part.load_state_dict(state)
    for epoch in range(last + 1, epochs):
        train(model, optimizer, epoch)
        torch.save((epoch, [model.state_dict(), optimizer.state_dict()]), path)


def with_a_file_from_the_start(path, model, optimizer, train, epochs):
    """Save before the first epoch too, and read again before each epoch."""
    if not path.exists():
        torch.save([0, model.state_dict(), optimizer.state_dict()], path)
    while True:
        done, weights, state = torch.load(path)
        model.load_state_dict(weights)
        optimizer.load_state_dict(state)
        if done >= epochs:
            return
        train(model, optimizer, done)
        torch.save([done + 1, model.state_dict(), optimizer.state_dict()], path)
