"""An optimizer that asks for the loss itself, as often as it likes: LBFGS and its closure."""

import torch


def lbfgs(model, optimizer, loss_fn, inputs, targets, steps):
    """Train a model on one batch of all examples by `torch.optim.LBFGS`.

    In one step LBFGS tries several sets of parameters, and needs the loss and its gradients at each
    of them. So `optimizer.step` takes a closure, a function without arguments that computes both
    for the parameters as they are now. The gradients are those of this loss alone: old gradients,
    which a frozen parameter may have as well, do not influence the steps. Nothing but the closure
    calls the model.

    Args:
        model: its parameters are float32 or float64, and some may be frozen. It may have old
            gradients. Leave its mode (training or evaluation) as it is.
        optimizer: a `torch.optim.LBFGS` of all parameters of the model, also the frozen ones.
        loss_fn: `loss_fn(outputs, targets)` is the loss, a tensor of shape ().
        inputs: shape (N, ...), of the dtype of the model. Do not modify them.
        targets: as `loss_fn` takes them: class indices (int64), or float32 or float64 as the model.
        steps: how many steps are taken, an int, at least 1.

    Returns:
        A list of `steps` Python floats: the loss before each step.

    Example:
        >>> model = torch.nn.Linear(1, 1, bias=False)
        >>> _ = torch.nn.init.constant_(model.weight, 5.0)
        >>> optimizer = torch.optim.LBFGS(model.parameters(), line_search_fn="strong_wolfe")
        >>> inputs, targets = torch.tensor([[2.0]]), torch.tensor([[6.0]])
        >>> losses = lbfgs(model, optimizer, torch.nn.MSELoss(), inputs, targets, steps=2)
        >>> losses[0], round(model.weight.item(), 4)  # (2 * 5 - 6) ** 2, and 2 * 3 is 6
        (16.0, 3.0)

    Read: torch.optim, "optimizer.step(closure)"
        https://docs.pytorch.org/docs/stable/optim.html#optimizer-step-closure
    """

    def closure():
        optimizer.zero_grad()
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        return loss

    return [optimizer.step(closure).item() for _ in range(steps)]


def with_numbers(model, optimizer, loss_fn, inputs, targets, steps):
    """Give LBFGS plain numbers: it takes the losses as floats."""

    def measured():
        loss = loss_fn(model(inputs), targets)
        for param in model.parameters():
            param.grad = None
        loss.backward()
        return loss.item()

    losses = []
    for _ in range(steps):
        losses.append(float(optimizer.step(measured)))
    return losses


def with_the_gradients_written(model, optimizer, loss_fn, inputs, targets, steps):
    """Note the loss of the first call of each step, and compute gradients by `autograd.grad`."""
    params = [param for param in model.parameters() if param.requires_grad]
    losses = []
    for _ in range(steps):
        called = []

        def closure(called=called):
            optimizer.zero_grad(set_to_none=False)
            with torch.enable_grad():
                loss = loss_fn(model(inputs), targets)
            for param, gradient in zip(params, torch.autograd.grad(loss, params), strict=True):
                param.grad = gradient
            called.append(loss.item())
            return loss.detach()

        optimizer.step(closure=closure)
        losses.append(called[0])
    return losses
