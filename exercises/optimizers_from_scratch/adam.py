"""Two running means and a correction: the optimizer Adam."""

import torch


class Adam:
    """The optimizer of Kingma and Ba, "Adam: A Method for Stochastic Optimization" (2015).

    It moves the parameters exactly as `torch.optim.Adam` does without weight decay. For each
    parameter it remembers a running mean of the gradients and one of their squares. Both start at
    zero, and both are corrected for that start before they are used. `eps` is added last, to the
    square root of the corrected mean of the squares, not inside the root. Write it without
    torch.optim.Adam and torch.optim.AdamW.

    A parameter whose `grad` is None in some step is skipped: neither the parameter nor anything
    remembered about it changes, and that step does not count for its correction.

    Two optimizers share nothing: a second one with the same parameters starts from zero again.

    Attributes:
        lr: the learning rate. It may be set to another value between two steps.

    Example:
        >>> weight = torch.tensor([1.0, 2.0], requires_grad=True)
        >>> optimizer = Adam([weight], lr=0.1)
        >>> weight.grad = torch.tensor([5.0, -0.01])
        >>> optimizer.step()
        >>> weight
        tensor([0.9000, 2.1000], requires_grad=True)

    Read: torch.optim.Adam
        https://docs.pytorch.org/docs/stable/generated/torch.optim.Adam.html
    """

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        """Remember the parameters and the settings.

        Args:
            params: the tensors to move, of any shapes, float32 or float64: a list, or a generator
                such as `model.parameters()`, which can be iterated only once.
            lr: the learning rate, above 0.
            betas: how much of the old mean stays in each step, first for the gradients, then for
                their squares; both in [0, 1).
            eps: a small number above 0 that keeps the division from dividing by zero.
        """
        raise NotImplementedError

    def step(self):
        """Move each parameter in place, by the gradient in its `grad`; do not modify the gradient.

        Afterwards, autograd is on if it was on before, and off if it was off.
        """
        raise NotImplementedError

    def zero_grad(self):
        """Forget the gradients: each parameter's `grad` is None or zero afterwards.

        Some may be None before. Nothing else is forgotten.
        """
        raise NotImplementedError
