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
        self.params = list(params)
        self.lr = lr
        self.betas = betas
        self.eps = eps
        self.states = {
            param: {"step": 0, "mean": torch.zeros_like(param), "square": torch.zeros_like(param)}
            for param in self.params
        }

    def step(self):
        """Move each parameter in place, by the gradient in its `grad`; do not modify the gradient.

        Afterwards, autograd is on if it was on before, and off if it was off.
        """
        for param in self.params:
            if param.grad is not None:
                self._move(param, self.states[param])

    def zero_grad(self):
        """Forget the gradients: each parameter's `grad` is None or zero afterwards.

        Some may be None before. Nothing else is forgotten.
        """
        for param in self.params:
            param.grad = None

    @torch.no_grad()
    def _move(self, param, state):
        beta1, beta2 = self.betas
        state["step"] += 1
        state["mean"] = beta1 * state["mean"] + (1 - beta1) * param.grad
        state["square"] = beta2 * state["square"] + (1 - beta2) * param.grad**2
        mean = state["mean"] / (1 - beta1 ** state["step"])
        square = state["square"] / (1 - beta2 ** state["step"])
        param -= self.lr * mean / (square.sqrt() + self.eps)


class LerpOnFirstUse:
    """Keep the state in a dict by parameter, made when it is first needed."""

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        """Remember the parameters and the settings."""
        self.params = [*params]
        self.lr = lr
        self.beta1, self.beta2 = betas
        self.eps = eps
        self.state = {}

    def step(self):
        """Fold both corrections into the step size, and update in place."""
        for param in self.params:
            grad = param.grad
            if grad is None:
                continue
            if param not in self.state:
                self.state[param] = [0, torch.zeros_like(param), torch.zeros_like(param)]
            step, mean, square = self.state[param]
            step += 1
            mean.lerp_(grad, 1 - self.beta1)
            square.mul_(self.beta2).addcmul_(grad, grad, value=1 - self.beta2)
            size = self.lr / (1 - self.beta1**step)
            root = square.sqrt().div_((1 - self.beta2**step) ** 0.5).add_(self.eps)
            param.detach().addcdiv_(mean, root, value=-size)
            self.state[param][0] = step

    def zero_grad(self):
        """Set the gradients that are there to zero."""
        for param in self.params:
            if param.grad is not None:
                param.grad.zero_()


class ListsForAll:
    """Keep one list per quantity, and let torch go through a list at a time."""

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        """Remember the parameters and the settings."""
        self.params = tuple(params)
        self.lr, self.betas, self.eps = lr, betas, eps
        self.means = [torch.zeros_like(param) for param in self.params]
        self.squares = [torch.zeros_like(param) for param in self.params]
        self.steps = [0] * len(self.params)

    @torch.no_grad()
    def step(self):
        """Update all parameters that have a gradient at once."""
        active = [i for i, param in enumerate(self.params) if param.grad is not None]
        if not active:
            return
        params = [self.params[i] for i in active]
        grads = [self.params[i].grad for i in active]
        means = [self.means[i] for i in active]
        squares = [self.squares[i] for i in active]
        for i in active:
            self.steps[i] += 1
        torch._foreach_lerp_(means, grads, 1 - self.betas[0])
        torch._foreach_mul_(squares, self.betas[1])
        torch._foreach_addcmul_(squares, grads, grads, value=1 - self.betas[1])
        corrected = torch._foreach_div(
            squares, [1 - self.betas[1] ** self.steps[i] for i in active]
        )
        torch._foreach_sqrt_(corrected)
        torch._foreach_add_(corrected, self.eps)
        sizes = [-self.lr / (1 - self.betas[0] ** self.steps[i]) for i in active]
        torch._foreach_addcdiv_(params, means, corrected, sizes)

    def zero_grad(self):
        """Forget the gradients."""
        for param in self.params:
            param.grad = None


class FromTheLibrary(torch.optim.Adam):
    """The library's own, which shows that the reference does exactly the same."""

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        """Remember the parameters and the settings."""
        super().__init__(params, lr, betas, eps)

    @property
    def lr(self):
        """The learning rate of the only group."""
        return self.param_groups[0]["lr"]

    @lr.setter
    def lr(self, lr):
        self.param_groups[0]["lr"] = lr
