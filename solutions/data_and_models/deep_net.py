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
        super().__init__()
        self.register_buffer("mean", mean.clone())
        inputs = [features] + [width] * (depth - 1)
        self.hidden = nn.ModuleList(nn.Linear(size, width) for size in inputs)
        self.last = nn.Linear(width, 1)
        self.scale = nn.Parameter(torch.ones(()))

    def forward(self, x):
        """Compute one number for each input.

        Args:
            x: any finite numbers, shape (N, C), float32, or float64 after `model.double()`. Do not
                modify it.

        Returns:
            The numbers, shape (N, 1), dtype of x; gradients flow back to x and to all parameters.
        """
        x = x - self.mean
        for layer in self.hidden:
            x = F.relu(layer(x))
        return self.scale * self.last(x)


class WithSequential(nn.Module):
    """All layers in one `nn.Sequential`, which finds the parts of a list that it is given."""

    def __init__(self, features, width, depth, mean):
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(1.0))
        self.mean = nn.Buffer(mean.clone())
        layers = []
        for place in range(depth):
            layers += [nn.Linear(features if place == 0 else width, width), nn.ReLU()]
        self.layers = nn.Sequential(*layers, nn.Linear(width, 1))

    def forward(self, x):
        """Go through all layers at once."""
        return self.layers(x - self.mean) * self.scale


class WithNames(nn.Module):
    """Each layer is an attribute, whose name is made up as it is needed."""

    def __init__(self, features, width, depth, mean):
        super().__init__()
        self.depth = depth
        for place in range(depth):
            setattr(self, f"layer{place}", nn.Linear(features, width))
            features = width
        self.add_module("head", nn.Linear(width, 1))
        self.register_parameter("factor", nn.Parameter(torch.ones(())))
        self.register_buffer("shift", -mean)

    def forward(self, x):
        """Find each layer by its name again."""
        x = x + self.shift
        for place in range(self.depth):
            x = getattr(self, f"layer{place}")(x).relu()
        return self.factor * self.head(x)


class WithADict(nn.Module):
    """The layers in an `nn.ModuleDict`, by name."""

    def __init__(self, features, width, depth, mean):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(()))
        self.register_buffer("mean", mean.detach().clone())
        self.parts = nn.ModuleDict({"1": nn.Linear(features, width)})
        for place in range(2, depth + 1):
            self.parts[str(place)] = nn.Linear(width, width)
        self.parts["last"] = nn.Linear(width, 1)

    def forward(self, x):
        """The dict keeps its order."""
        x = torch.sub(x, self.mean)
        for name, part in self.parts.items():
            x = part(x) if name == "last" else part(x).clamp(min=0)
        return x * self.scale
