"""The logits change: what happens to the probabilities?"""

import torch


def after_a_change(probabilities, change, amount):
    """Given only the old probabilities: what are they after the logits (raw scores) change?

    The probabilities that you get are softmax(logits), over the classes. You do not get the logits.
    They are changed in one of five ways:

        change          amount                          the new logits are
        "add"           a float, -1000 to 1000          logits + amount
        "add_to_rows"   N such numbers, a tensor        logits + amount[:, None]: amount[n] is added
                        of shape (N,)                   to every logit of example n
        "multiply"      a float, -3 to 3                logits * amount
        "log_softmax"   1 or 2: how many times          logits.log_softmax(dim=1), or that once more
        "permute"       a list of the numbers 0 to      logits[:, amount]: class j gets the logit
                        C - 1, in a new order           that class amount[j] had

    What does softmax give for the new logits? The old probabilities are all that you need. Predict
    it for each of the five before you write any code, then try a few logits of your own and see
    where you were wrong.

    Args:
        probabilities: softmax of unknown logits, all above 1e-6, shape (N, C), C at least 2,
            float32 or float64. Do not modify them.
        change: one of the five strings in the table.
        amount: as the table says; a tensor is of the dtype of `probabilities`.

    Returns:
        The new probabilities, shape (N, C), of the dtype of `probabilities`. Rounding errors do not
        matter, and gradients need not flow back.

    Example: if all logits become 0, all classes are equally probable.
        >>> after_a_change(torch.tensor([[0.75, 0.25], [0.5, 0.5]]), "multiply", 0.0)
        tensor([[0.5000, 0.5000],
                [0.5000, 0.5000]])

    Read: torch.nn.LogSoftmax
        https://docs.pytorch.org/docs/stable/generated/torch.nn.LogSoftmax.html
    """
    match change:
        case "multiply":
            powers = probabilities**amount
            return powers / powers.sum(dim=1, keepdim=True)
        case "permute":
            return probabilities[:, amount]
        case _:
            return probabilities


def through_log_probabilities(probabilities, change, amount):
    """Take the logarithms for the logits: they are these, less one number in each row."""
    logits = probabilities.log()
    match change:
        case "add":
            logits = logits + amount
        case "add_to_rows":
            logits = logits + amount[:, None]
        case "multiply":
            logits = logits * amount
        case "log_softmax":
            for _ in range(amount):
                logits = logits.log_softmax(dim=1)
        case "permute":
            logits = logits[:, amount]
    return logits.softmax(dim=1)


def from_ratios(probabilities, change, amount):
    """What counts is how many times as probable as the first class each class is."""
    ratios = probabilities / probabilities[:, :1]
    if change == "multiply":
        ratios = ratios.pow(amount)
    new = torch.nn.functional.normalize(ratios, p=1.0, dim=1)
    if change == "permute":
        return torch.stack([new[:, old] for old in amount], dim=1)
    return new


def from_logits_of_its_own(probabilities, change, amount):
    """Any logits with these probabilities will do: here those whose first class has 0."""
    first, *_ = probabilities.unbind(1)
    logits = torch.log(probabilities) - torch.log(first)[:, None]
    if change == "permute":
        order = torch.as_tensor(amount, device=logits.device)
        logits = logits.index_select(1, order)
    factor = amount if change == "multiply" else 1
    return torch.softmax(logits * factor, dim=-1)
