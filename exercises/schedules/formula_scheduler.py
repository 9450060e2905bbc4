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
    raise NotImplementedError
