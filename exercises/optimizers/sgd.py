"""SGD and its settings: learning rate, momentum, weight decay."""

import torch


def sgd(model, lr, momentum, weight_decay):
    """Build the SGD optimizer that trains all of a model.

    It holds every parameter of the model once, including frozen ones and those that belong to no
    layer, in one group or in several, and all of them with the same three settings. Every other
    setting stays at its default: `nesterov` (another kind of momentum) and `maximize` (let the loss
    grow) stay False, and `dampening` (add less of each new gradient) stays 0.

    Args:
        model: any nn.Module with parameters; the optimizer has to move these parameters, not
            copies.
        lr: the learning rate, above 0.
        momentum: how much of the last step's direction is kept, in [0, 1), often 0.9.
        weight_decay: how much of each parameter is added to its gradient, 0 or above. 0.0001 is
            usual for SGD; 0.1 is far more than is usual.

    Returns:
        A torch.optim.SGD that has taken no step yet. Do not modify the model, nor the gradients of
        its parameters.

    Example:
        >>> model = torch.nn.Linear(2, 1, bias=False)
        >>> _ = torch.nn.init.ones_(model.weight)
        >>> optimizer = sgd(model, lr=0.5, momentum=0.9, weight_decay=0.5)
        >>> model.weight.grad = torch.tensor([[1.0, 0.0]])
        >>> optimizer.step()
        >>> model.weight.tolist()  # 1 - 0.5 * (1 + 0.5) and 1 - 0.5 * (0 + 0.5)
        [[0.25, 0.75]]

    Read: torch.optim.SGD
        https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html
    """
    raise NotImplementedError
