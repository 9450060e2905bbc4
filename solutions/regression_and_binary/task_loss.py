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
    match task:
        case "regression":
            return F.mse_loss(outputs, target)
        case "multiclass":
            return F.cross_entropy(outputs, target)
        case _:
            return F.binary_cross_entropy_with_logits(outputs, target.to(outputs.dtype))


def with_modules(task, outputs, target):
    """A loss function for each task, as objects."""
    loss_fns = {"regression": torch.nn.MSELoss(), "multiclass": torch.nn.CrossEntropyLoss()}
    if task not in loss_fns:
        target = target.type_as(outputs)
    return loss_fns.get(task, torch.nn.BCEWithLogitsLoss())(outputs, target)


def by_hand(task, outputs, target):
    """Three formulas."""
    if task == "regression":
        losses = (outputs - target).square()
    elif task == "multiclass":
        losses = outputs.logsumexp(dim=1) - outputs.gather(1, target[:, None]).squeeze(1)
    else:
        losses = F.softplus(torch.where(target == 1, -outputs, outputs))
    return losses.mean()
