"""What a model must know of its parts, so that training, moving and saving reach them."""

import torch
import torch.nn.functional as F
from torch import nn


class DeepNet(nn.Module):
    """A network with as many hidden layers as it is told to have.

    It computes, from an input x of shape (N, features):

    1. x minus `mean`, a constant that was measured on the training data;
    2. `depth` times: a linear layer, then ReLU. Each gives `width` numbers, and has weights of its
       own;
    3. one more linear layer, which gives a single number;
    4. that number times `scale`, which is trained like the weights, and is 1 at first.

    What is done with the whole model must reach all of its parts. `model.parameters()` has what is
    trained, and nothing else: `scale`, of shape (), is there, and `mean` is not. `model.to(...)`
    and `model.double()` convert both. `model.state_dict()` holds the layers and both, and nothing
    else, and `load_state_dict` brings all of it into another model of the same sizes.

    All names inside the model are free, those of `mean` and `scale` too, and so are the initial
    weights of the layers.

    Example:
        >>> model = DeepNet(features=2, width=4, depth=3, mean=torch.tensor([5.0, 7.0]))
        >>> model(torch.zeros(6, 2)).shape
        torch.Size([6, 1])
        >>> len(list(model.parameters()))  # four layers with weight and bias, and the scale
        9
        >>> len(model.state_dict())
        10

    Read: torch.nn.Module
        https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html
    """

    def __init__(self, features, width, depth, mean):
        """Make the parts.

        Args:
            features: how many numbers an input has, at least 1.
            width: how many numbers a hidden layer gives, at least 1.
            depth: how many hidden layers there are, at least 1.
            mean: the mean of each feature, shape (C,), with C = features, float32. The model keeps
                a copy of it: neither changes with the other.
        """
        raise NotImplementedError

    def forward(self, x):
        """Compute one number for each input.

        Args:
            x: any finite numbers, shape (N, C), float32, or float64 after `model.double()`. Do not
                modify it.

        Returns:
            The numbers, shape (N, 1), dtype of x; gradients flow back to x and to all parameters.
        """
        raise NotImplementedError
