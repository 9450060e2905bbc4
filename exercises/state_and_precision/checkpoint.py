"""What must a file hold so that training continues as if it had never stopped?"""

import torch


class Checkpoint:
    """Save a training run to one file, and continue it later.

    A run is more than its weights. The file holds all that the next step depends on: the model's
    parameters and buffers (the running statistics of BatchNorm are buffers), the optimizer's state
    (such as momentum) and its hyper-parameters (such as the lr, which may have changed by now), and
    the epoch. Random numbers are not asked for. How all this is arranged in the file is up to you.
    But the file must hold plain data, which `torch.load(path, weights_only=True)` can read:
    tensors, numbers, strings, and dicts, lists and tuples of them.

    Nothing else changes: `save` and `load` do not touch the gradients or the mode (train or eval),
    and leave no other file behind.

    Args:
        model: the nn.Module that is trained.
        optimizer: an optimizer of its parameters.

    Example:
        >>> import tempfile
        >>> from pathlib import Path
        >>> model = torch.nn.Linear(2, 1)
        >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
        >>> other = torch.nn.Linear(2, 1)
        >>> other_optimizer = torch.optim.SGD(other.parameters(), lr=0.5)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder, "checkpoint.pt")
        ...     Checkpoint(model, optimizer).save(path, epoch=4)
        ...     Checkpoint(other, other_optimizer).load(path)
        5
        >>> torch.equal(other.weight, model.weight)
        True
        >>> other_optimizer.param_groups[0]["lr"]
        0.1

    Read: torch.save and torch.load, "Serialization semantics"
        https://docs.pytorch.org/docs/stable/notes/serialization.html
    """

    def __init__(self, model, optimizer):
        raise NotImplementedError

    def save(self, path, epoch):
        """Write the run as it is now. What happens to it later does not reach the file.

        Args:
            path: where the file goes, a pathlib.Path; a file that is there already is replaced.
            epoch: the number of the epoch just finished, an int from 0.
        """
        raise NotImplementedError

    def load(self, path):
        """Bring the model and the optimizer back to what was saved.

        The very objects that `Checkpoint` was made with change. Often they are fresh ones, made
        after a restart: of the same kind, but with other weights and another lr.

        Args:
            path: a file that `save` has written, maybe that of another Checkpoint.

        Returns:
            The epoch to continue with, an int: the one after the epoch that was saved.

        Raises:
            RuntimeError: the model's keys are not those in the file; `load_state_dict` raises this.
                What the model and the optimizer hold then does not matter.
        """
        raise NotImplementedError
