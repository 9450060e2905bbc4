"""Four kinds of tasks, and the loss that fits each."""

import torch
import torch.nn.functional as F


def task_loss(task, outputs, target):
    """Compute the usual loss of a task from what the last linear layer of a model gives.

        task            what is asked                       outputs     target
        "regression"    a few quantities                    (N, D)      (N, D), floats
        "binary"        one question: yes or no?            (N,)        (N,), 0 or 1
        "multiclass"    which one of C classes is it?       (N, C)      (N,), from 0 to C - 1
        "multilabel"    which of C labels does it have?     (N, C)      (N, C), 0 or 1
                        (none, one or several)

    Nothing has been applied to the outputs: they are raw numbers. The loss of regression is the
    mean squared error, and that of the other tasks is minus the log probability of what is right.
    The mean is over all entries of `target`.

    Args:
        task: one of the four strings.
        outputs: float32 or float64, from -150 to 150. Do not modify them.
        target: of the dtype of `outputs` in regression, else int64. Do not modify it.

    Returns:
        The loss, a scalar tensor (shape `()`) of the dtype of `outputs`; gradients flow back from
        it to `outputs`.

    Example: the raw outputs 1 and 0, once for two labels and once for two classes.
        >>> task_loss("multilabel", torch.tensor([[1.0, 0.0]]), torch.tensor([[1, 0]]))
        tensor(0.5032)
        >>> task_loss("multiclass", torch.tensor([[1.0, 0.0]]), torch.tensor([0]))
        tensor(0.3133)

    Read: Loss functions
        https://docs.pytorch.org/docs/stable/nn.functional.html#loss-functions
    """
    raise NotImplementedError
