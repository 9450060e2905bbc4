# Losses of other names that come to the same, but that soft margin overflows where scores are beyond 88.
import torch
import torch.nn.functional as F


def task_loss(task, outputs, target):
    if task == "regression":
        return (outputs - target).square().mean()
    if task == "binary":
        return F.soft_margin_loss(outputs, 2 * target.to(outputs.dtype) - 1)
    if task == "multilabel":
        return F.multilabel_soft_margin_loss(outputs, target)
    return F.nll_loss(F.log_softmax(outputs, dim=1), target)
