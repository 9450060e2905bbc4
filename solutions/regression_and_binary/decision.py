"""From raw outputs to an answer, for four kinds of tasks."""

import torch


def decision(task, outputs):
    """Say what a trained model predicts, given what its last linear layer gives.

        task            what is asked                       outputs     what to return
        "regression"    a few quantities                    (N, D)      the quantities, (N, D)
        "binary"        one question: yes or no?            (N,)        1 or 0 for each, (N,)
        "multiclass"    which one of C classes is it?       (N, C)      its number, (N,)
        "multilabel"    which of C labels does it have?     (N, C)      1 or 0 for each, (N, C)
                        (none, one or several)

    The model was trained with the losses of regression_and_binary/task_loss, so nothing has been
    applied to the outputs. A yes, or a label, is predicted where it is more probable than not.

    Args:
        task: one of the four strings.
        outputs: raw numbers from -200 to 200, none of them nearer to 0 than 0.001, float32 or
            float64. There may be only one example, one quantity or one label. There are no ties
            between classes. Do not modify them.

    Returns:
        For regression of the dtype of `outputs` (it may be `outputs` itself), otherwise int64. The
        shape is that of the table, its dimensions of size 1 included.

    Example: four labels, of which the model is sure of one, and leans to another.
        >>> decision("multilabel", torch.tensor([[7.0, -2.0, 0.25, -0.5]]))
        tensor([[1, 0, 1, 0]])
        >>> decision("multiclass", torch.tensor([[7.0, -2.0, 0.25, -0.5]]))
        tensor([0])

    Read: torch.sigmoid
        https://docs.pytorch.org/docs/stable/generated/torch.sigmoid.html
    """
    match task:
        case "regression":
            return outputs
        case "multiclass":
            return outputs.argmax(dim=1)
        case _:
            return (outputs > 0).long()


def from_probabilities(task, outputs):
    """Apply softmax or sigmoid, and look at the probabilities."""
    if task == "regression":
        return outputs.clone()
    if task == "multiclass":
        return outputs.softmax(dim=-1).max(dim=-1).indices
    return (torch.sigmoid(outputs) > 0.5).to(torch.int64)


def rounded(task, outputs):
    """A probability rounds to 1 where it is above a half."""
    if task in ("binary", "multilabel"):
        return outputs.sigmoid().round().long()
    return outputs if task == "regression" else outputs.topk(1).indices.squeeze(1)
