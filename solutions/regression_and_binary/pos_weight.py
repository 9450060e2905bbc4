"""Few yes, many no: how much each yes has to count."""

import torch


def pos_weight(target):
    """Compute the `pos_weight` with which yes and no count the same in total, for each question.

    `nn.BCEWithLogitsLoss(pos_weight=...)` multiplies the loss of each yes by a number of its
    question, and leaves the loss of a no as it is. If 3 of 100 examples are yes, a model that says
    no to everything is nearly always right. Choose the number of each question (a column of
    `target`) so that all its yes together count as much as all its no together, if the losses of
    all examples are equally large.

    Args:
        target: 0 for no and 1 for yes, for N examples and C questions, shape (N, C), int64, bool,
            float32 or float64. Each column has at least one yes and one no. Do not modify it.

    Returns:
        C numbers, shape (C,), of the dtype of `target` if that is a float, else float32.

    Example: of 4 examples, one is yes to the first question, and two to the second.
        >>> pos_weight(torch.tensor([[1, 1], [0, 1], [0, 0], [0, 0]]))
        tensor([3., 1.])

    Read: torch.nn.BCEWithLogitsLoss, "pos_weight"
        https://docs.pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html
    """
    positive = target.sum(dim=0)
    negative = len(target) - positive
    return negative / positive


def from_the_share(target):
    """The odds of no against yes, from the share of yes."""
    dtype = target.dtype if target.is_floating_point() else torch.float32
    share = target.to(dtype).mean(dim=0)
    return (1 - share) / share


def from_counts(target):
    """Count both kinds."""
    yes, no = (target == 1).sum(dim=0), (target == 0).sum(dim=0)
    dtype = target.dtype if target.dtype.is_floating_point else torch.get_default_dtype()
    return no.to(dtype) / yes.to(dtype)


def one_question_after_the_other(target):
    """A loop over the columns."""
    exact = target.double()
    ratios = torch.stack([len(column) / column.sum() - 1 for column in exact.unbind(dim=1)])
    return ratios.to(torch.result_type(target, 1.0))
