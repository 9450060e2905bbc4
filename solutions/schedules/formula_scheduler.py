"""A schedule of your own, as a scheduler of torch: LambdaLR or MultiplicativeLR?"""

import torch
from torch.optim.lr_scheduler import LambdaLR, MultiplicativeLR


def formula_scheduler(optimizer, lr_at, edits):
    """Build a scheduler for a learning rate that a function gives, in absolute numbers.

    `lr_at(0)` is the learning rate of the first `optimizer.step()`, `lr_at(1)` that of the second,
    and so on, in all groups, whatever `lr` the groups have when you get them. Training goes as
    usual:

        scheduler = formula_scheduler(optimizer, lr_at, edits)
        for batch in ...:
            ...
            optimizer.step()
            scheduler.step()

    In between, somebody may set `group["lr"]` by hand, or another scheduler may multiply it. What
    the next `scheduler.step()` makes of that is up to `edits`:

    - "overwritten": it is lost, and the group has `lr_at(step)` again;
    - "kept": the group goes on from there, in proportion to `lr_at`. If step 3 was trained with
      half of `lr_at(3)`, step 4 is trained with half of `lr_at(4)`.

    torch.optim.lr_scheduler has a class for either.

    Args:
        optimizer: has one group or more. No scheduler had it before.
        lr_at: takes an int, 0 or above, and returns a float above 0. It may be asked as often as
            you like.
        edits: "overwritten" or "kept".

    Returns:
        A scheduler of torch.optim.lr_scheduler, for this optimizer.

    Example: after the first step somebody divides the learning rate by 4.
        >>> def halved(step):
        ...     return 0.8 / 2**step
        >>> for edits in ("overwritten", "kept"):
        ...     optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
        ...     scheduler = formula_scheduler(optimizer, halved, edits)
        ...     optimizer.step()
        ...     optimizer.param_groups[0]["lr"] /= 4
        ...     scheduler.step()
        ...     print(optimizer.param_groups[0]["lr"])
        0.4
        0.1

    Read: torch.optim.lr_scheduler.MultiplicativeLR, and LambdaLR beside it
        https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.MultiplicativeLR.html
    """
    overwritten = edits == "overwritten"
    for group in optimizer.param_groups:
        # LambdaLR multiplies this number by what its function returns, each time.
        group["lr"] = 1.0 if overwritten else lr_at(0)
    if overwritten:
        return LambdaLR(optimizer, lr_at)
    return MultiplicativeLR(optimizer, lambda step: lr_at(step) / lr_at(step - 1))


def with_a_function_for_each_group(optimizer, lr_at, edits):
    """Divide by what each group is built with."""
    if edits == "kept":
        for group in optimizer.param_groups:
            group["lr"] = lr_at(0)

        def ratio(step):
            return lr_at(step) / lr_at(step - 1)

        return MultiplicativeLR(optimizer, [ratio] * len(optimizer.param_groups))
    bases = [group["lr"] for group in optimizer.param_groups]
    return LambdaLR(optimizer, [lambda step, base=base: lr_at(step) / base for base in bases])


def with_a_class_of_its_own(optimizer, lr_at, edits):
    """Say in a scheduler of one's own what the next learning rates are."""

    class Formula(torch.optim.lr_scheduler.LRScheduler):
        def get_lr(self):
            now = lr_at(self.last_epoch)
            if edits == "overwritten" or self.last_epoch == 0:
                return [now] * len(self.optimizer.param_groups)
            share = now / lr_at(self.last_epoch - 1)
            return [share * group["lr"] for group in self.optimizer.param_groups]

    return Formula(optimizer)
