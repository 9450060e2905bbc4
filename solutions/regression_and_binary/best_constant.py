"""One number for all values: which one is best depends on the loss."""

import torch


def best_constant(values, loss):
    """Find the number that is the best prediction for all values, if it has to be the same for all.

    The best constant is the one with the smallest mean loss. For a constant c that is

        "l1"     the mean of abs(value - c), as torch.nn.L1Loss has it
        "mse"    the mean of (value - c) ** 2, as torch.nn.MSELoss has it

    A model whose inputs tell it nothing learns to predict this constant, so the constant shows what
    a loss prefers. Some of the values are far away from the others. Before you write any code,
    predict which constant each of the two losses likes best for the values 1, 2, 3, 4 and 100; then
    try a few.

    Args:
        values: 1 to 20 numbers between -1000 and 1000, in no order, shape (N,), float32 or float64.
            Do not modify them, nor their order.
        loss: "l1" or "mse".

    Returns:
        The constant, a Python number or a tensor of any shape that holds one number. It need not be
        found by a formula: within 0.01 is near enough. If several constants have the smallest loss,
        any of them is right.

    Example: with a single value, the value itself has the loss 0.
        >>> float(best_constant(torch.tensor([2.5]), "l1"))
        2.5
        >>> float(best_constant(torch.tensor([2.5]), "mse"))
        2.5

    Read: torch.nn.L1Loss
        https://docs.pytorch.org/docs/stable/generated/torch.nn.L1Loss.html
    """
    match loss:
        case "l1":
            return values.median()
        case "mse":
            return values.mean()


def from_the_middle_of_a_list(values, loss):
    """Half of what the two middle ones sum to, which are one and the same in an odd number."""
    ordered = sorted(values.tolist())
    if loss == "mse":
        return sum(ordered) / len(ordered)
    middle = len(ordered) // 2
    return (ordered[middle] + ordered[~middle]) / 2


def with_the_upper_of_two_middle_values(values, loss):
    """Any number from the lower to the upper one has the same loss."""
    if loss == "l1":
        return torch.quantile(values, 0.5, interpolation="higher")
    return values.sum() / len(values)


def by_narrowing_down(values, loss):
    """Both losses fall, and then rise: leave out a third where the smallest cannot be."""
    loss_fn = {"l1": torch.nn.functional.l1_loss, "mse": torch.nn.functional.mse_loss}[loss]
    exact = values.double()
    low, high = exact.min(), exact.max()
    for _ in range(40):
        left, right = (2 * low + high) / 3, (low + 2 * high) / 3
        if loss_fn(left.expand_as(exact), exact) < loss_fn(right.expand_as(exact), exact):
            high = right
        else:
            low = left
    return low.item()
