"""A tutorial's file of a training run, written on Friday and read on Monday."""

import torch


class RunFile:
    """Save a training run to a file, and continue it from there.

    The exercise starts with a version of this class that has one bug: `save` works, for days, and
    the first `load` fails with "KeyError: 'optimizer'". Find the bug and fix it. Files that this
    version has written need not be read.

    Args:
        path: where the file goes, a pathlib.Path; a file that is there already is replaced.

    Example:
        >>> import tempfile
        >>> from pathlib import Path
        >>> model = torch.nn.Linear(2, 1)
        >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
        >>> fresh = torch.nn.Linear(2, 1)
        >>> fresh_optimizer = torch.optim.SGD(fresh.parameters(), lr=0.5)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder, "run.pt")
        ...     RunFile(path).save(model, optimizer, next_epoch=5)
        ...     RunFile(path).load(fresh, fresh_optimizer)
        5
        >>> torch.equal(fresh.weight, model.weight)
        True
        >>> fresh_optimizer.param_groups[0]["lr"]
        0.1

    Read: Saving and Loading Models, "Saving & Loading a General Checkpoint"
        https://docs.pytorch.org/tutorials/beginner/saving_loading_models.html
    """

    def __init__(self, path):
        self.path = path

    def save(self, model, optimizer, next_epoch):
        """Write the run as it is now, all of it into this one file; no other is left afterwards.

        Args:
            model: whose parameters and buffers are saved.
            optimizer: whose state (such as momentum) and hyper-parameters (such as the lr) are
                saved.
            next_epoch: the number of the epoch to continue with, an int from 0.
        """
        state = {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "epoch": next_epoch,
        }
        torch.save(state, self.path)

    def load(self, model, optimizer):
        """Bring a model and an optimizer to what was saved, in another program perhaps.

        Args:
            model: of the same kind as the one that was saved, with other weights.
            optimizer: of the same kind as the one that was saved, perhaps with another lr and
                without momentum so far.

        Returns:
            The `next_epoch` that was saved, an int.

        Raises:
            RuntimeError: the model's keys are not those in the file; `load_state_dict` raises this.
        """
        saved = torch.load(self.path, weights_only=True)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        return saved["epoch"]


class WithoutKeys:
    """A tuple needs no keys that could be misspelt."""

    def __init__(self, path):
        self.path = path

    def save(self, model, optimizer, next_epoch):
        """Save the three in a fixed order."""
        torch.save((model.state_dict(), optimizer.state_dict(), next_epoch), self.path)

    def load(self, model, optimizer):
        """Take the tuple apart in that order."""
        weights, state, next_epoch = torch.load(self.path)
        model.load_state_dict(weights)
        optimizer.load_state_dict(state)
        return next_epoch


class WithTheKeysInOnePlace:
    """The same names serve `save` and `load`."""

    keys = "model", "optimizier"

    def __init__(self, path):
        self.path = str(path)

    def save(self, model, optimizer, next_epoch):
        """Pair the keys with the parts."""
        parts = zip(self.keys, (model, optimizer), strict=True)
        state = {key: part.state_dict() for key, part in parts}
        torch.save(state | {"next": next_epoch}, self.path)

    def load(self, model, optimizer):
        """Pair them again."""
        saved = torch.load(self.path, weights_only=True)
        for key, part in zip(self.keys, (model, optimizer), strict=True):
            part.load_state_dict(saved[key])
        return saved["next"]
