"""The first loss of a training, and how to begin with one that makes sense."""

import torch
from torch import nn


def init_head(model, prior):
    """Let a new model begin with what is known before any example is seen: the class shares.

    As layers begin, the scores of a new model are about random, and the first steps of a training
    are spent on learning which classes are frequent. So set the last layer, `model.head`, such that

    - at first all examples get the same scores, whatever their features are;
    - these scores say `prior`: it is what softmax makes of them, or sigmoid where the head gives a
      single score. So the first loss is the best one that can be reached without looking at the
      inputs.

    The other layers begin as they are: do not modify them. The head is trained with the rest
    afterwards, perhaps by an optimizer that exists already, so it must keep its two parameters, the
    same `nn.Parameter` objects: give them other numbers, and no others in their place.

    Args:
        model: any nn.Module whose last layer is `model.head`, an `nn.Linear(F, C)` with a bias;
            float32 or float64. It stays in the mode it is in.
        prior: how frequent each class is, shape (C,), each share at least 0.000001, with the sum 1;
            of a head with C = 1 the probability of yes, from 0.000001 to 0.999999, shape (1,). It
            has the dtype of the model. Do not modify it.

    Returns:
        Nothing: `model.head` is changed in place.

    Example: 3 of 4 examples are of class 1; and 1 in 100 is a yes.
        >>> model = nn.Sequential()
        >>> model.head = nn.Linear(5, 2)
        >>> init_head(model, torch.tensor([0.25, 0.75]))
        >>> model(torch.randn(1, 5)).softmax(dim=1)
        tensor([[0.2500, 0.7500]], grad_fn=<SoftmaxBackward0>)
        >>> model.head = nn.Linear(5, 1)
        >>> init_head(model, torch.tensor([0.01]))
        >>> model(torch.randn(1, 5)).sigmoid()
        tensor([[0.0100]], grad_fn=<SigmoidBackward0>)

    Read: torch.nn.init
        https://docs.pytorch.org/docs/stable/nn.init.html
    """
    raise NotImplementedError
