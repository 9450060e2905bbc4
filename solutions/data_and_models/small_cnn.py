"""A convolutional network for small images, of your own design."""

import torch
import torch.nn.functional as F
from torch import nn


class SmallCNN(nn.Module):
    """Classify images with convolutions; any architecture is right that keeps these rules.

    A model is a class of its own, an `nn.Module`. Its `__init__` begins with `super().__init__()`
    and keeps the layers as attributes (`self.conv = nn.Conv2d(...)`); `forward`, which runs where
    the model is called, passes the images through them.

    - It takes images of any height and width from 8 on, square or not, all with the same weights.
    - It returns raw scores (logits) as its last layer computes them, with no activation after it:
      no softmax, log_softmax, sigmoid or ReLU. (If the last layer is a convolution, average its
      maps.)
    - At least one `nn.Conv2d` has a kernel larger than 1 x 1.
    - From the output of each convolution or linear layer to the input of the next one, something
      is not linear: an activation such as ReLU, or max pooling. Average pooling and batch norm
      alone are linear in evaluation mode, and not enough.
    - In evaluation mode (`model.eval()`), the same image always gets the same scores, whatever else
      is in the batch.
    - No parameter is useless: in training mode, the gradient of each one is more than rounding
      errors (for a batch of 4 or more images of 8 x 8, drawn at random).
    - It has at most 100 000 parameters, for up to 3 channels and 10 classes.
    - It learns: after 80 steps of Adam (lr 0.01) on ten digits of `data/digits.bin`, with pixels
      from 0 to 1, it knows at least 8 of them by heart. That is the first thing to try with any new
      model. (Trained on 1500 digits for 3 seconds, one that is made well reads 96 of 100 others.)

    Example:
        >>> model = SmallCNN(in_channels=3, num_classes=5)
        >>> model(torch.zeros(4, 3, 8, 8)).shape
        torch.Size([4, 5])
        >>> model(torch.zeros(2, 3, 20, 31)).shape
        torch.Size([2, 5])

    Read: torch.nn, "Convolution Layers" and "Pooling layers"
        https://docs.pytorch.org/docs/stable/nn.html
    """

    def __init__(self, in_channels, num_classes):
        """Make the layers.

        Args:
            in_channels: the channels of an image, at least 1.
            num_classes: how many scores an image gets, at least 2.
        """
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, 16, 3, padding=1)
        self.conv2 = nn.Conv2d(16, 32, 3, padding=1)
        self.fc = nn.Linear(32 * 2 * 2, num_classes)

    def forward(self, images):
        """Compute the scores of a batch.

        Args:
            images: finite numbers, shape (N, C, H, W), with C = in_channels, H and W at least 8;
                float32, or float64 after `model.double()`. Do not modify them.

        Returns:
            The scores, shape (N, num_classes), dtype of the images.
        """
        x = F.max_pool2d(F.relu(self.conv1(images)), 2)
        x = F.adaptive_avg_pool2d(F.relu(self.conv2(x)), 2)
        return self.fc(x.flatten(1))


class WithBatchNorm(nn.Module):
    """Batch norm shifts by itself, so the convolution before it needs no bias."""

    def __init__(self, in_channels, num_classes):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(in_channels, 16, 3, padding=1, bias=False),
            nn.BatchNorm2d(16),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(16, 32, 3, padding=1, bias=False),
            nn.BatchNorm2d(32),
            nn.ReLU(),
            nn.AdaptiveMaxPool2d(2),
            nn.Flatten(),
            nn.Linear(128, num_classes),
        )

    def forward(self, images):
        """Go through all layers."""
        return self.layers(images)


class WithTwoLinearLayers(nn.Module):
    """Pool to a fixed size first, then classify with a hidden layer and dropout."""

    def __init__(self, in_channels, num_classes):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, 12, kernel_size=5, padding=2)
        self.hidden = nn.Linear(12 * 4 * 4, 64)
        self.dropout = nn.Dropout(0.25)
        self.out = nn.Linear(64, num_classes)

    def forward(self, images):
        """Max pooling is not linear, so it may take the place of an activation."""
        x = F.adaptive_max_pool2d(self.conv(images), 4).flatten(1)
        return self.out(self.dropout(torch.tanh(self.hidden(x))))


class Residual(nn.Module):
    """Add a block to its own input, and let the last convolution give a map for each class."""

    def __init__(self, in_channels, num_classes):
        super().__init__()
        self.stem = nn.Conv2d(in_channels, 24, 3, stride=2, padding=1)
        self.norm = nn.GroupNorm(4, 24)
        self.block1 = nn.Conv2d(24, 24, 3, padding="same")
        self.block2 = nn.Conv2d(24, 24, 3, padding="same")
        self.classes = nn.Conv2d(24, num_classes, 3)

    def forward(self, images):
        """Average the maps at the end: the size of the images does not matter."""
        x = F.gelu(self.norm(self.stem(images)))
        x = F.gelu(x + self.block2(F.gelu(self.block1(x))))
        return self.classes(x).mean(dim=(2, 3))
