"""Many epochs, of which the best one is kept, and not the last."""

import copy
import math


def fit(model, train, validate, epochs):
    """Train for some epochs, and keep the weights of the one with the best validation loss.

    In each epoch, `train` is called once and `validate` once after it; both put the model in the
    mode that they need. Nothing else is done to the model, and after the last epoch it is left as
    it is then.

    Args:
        model: what is trained; it may hold BatchNorm, whose statistics belong to its state.
        train: `train(model)` trains for one epoch, in place, and returns the mean loss of this
            epoch, a Python float.
        validate: `validate(model)` returns the validation loss, a Python float, any finite number,
            and changes no number of the model's state. The loss can also be nan, which is never the
            best; in one epoch at least, it is a number.
        epochs: how many, an int from 1.

    Returns:
        A tuple (best_state, history). best_state: a dict, the model's `state_dict` as it was after
        the epoch with the smallest validation loss; of equal ones, after the first. It is a copy:
        neither more training nor anything else that happens to the model changes it. history: a
        list with a tuple (train_loss, val_loss) of each epoch, as `train` and `validate` returned
        them.

    Example: the validation loss is smallest after the second of three epochs.
        >>> import torch
        >>> model = torch.nn.Linear(1, 1, bias=False)
        >>> def train(model):
        ...     with torch.no_grad():
        ...         model.weight += 1
        ...     return 0.5
        >>> _ = torch.nn.init.zeros_(model.weight)
        >>> best_state, history = fit(model, train, lambda model: abs(model.weight.item() - 2), 3)
        >>> best_state["weight"].item(), model.weight.item()
        (2.0, 3.0)
        >>> history
        [(0.5, 1.0), (0.5, 0.0), (0.5, 1.0)]

    Read: Saving and Loading Models, "Saving & Loading Model for Inference"
        https://docs.pytorch.org/tutorials/beginner/saving_loading_models.html
    """
    raise NotImplementedError
