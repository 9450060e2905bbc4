"""A tutorial's program from training images to predicted labels."""

import torch
from torch import nn


def train_then_predict(model, optimizer, images, labels, epochs, new_images):
    """Train a classifier of small images, and predict the labels of other images.

    The exercise starts with a version of this function that has one bug: a small CNN learns 1000
    digits until its loss is 0.003, and should then label 0.93 of other digits right. Of the labels
    that come back, 0.19 are right; even for the digits that it has learned it is 0.17. How it
    trains is right. Find the bug and fix it.

    In training, the model gets all images at once, as float32 with pixels from -1 (black) to 1
    (white). In each epoch it takes one step, in training mode. For its predictions it gets
    all new images at once, in evaluation mode and without autograd, and is left in evaluation mode.

    Args:
        model: gives raw scores of shape (N, C) for N images of shape (N, 1, H, W); it may hold
            Dropout and BatchNorm.
        optimizer: of its parameters.
        images: to learn from, as they were read: shape (N, 1, H, W), uint8, from 0 (black) to 255
            (white), N at least 2. Do not modify them.
        labels: the class index of each of them, shape (N,), int64. Do not modify them.
        epochs: how many, an int from 1.
        new_images: to be classified, shape (M, 1, H, W), uint8, from 0 to 255, M at least 1. Do not
            modify them.

    Returns:
        The predicted labels of new_images, shape (M,), int64: the index of the largest score.

    Example: images of one pixel; a bright one has the label 1.
        >>> model = nn.Sequential(nn.Flatten(), nn.Linear(1, 2))
        >>> with torch.no_grad():
        ...     _ = model[1].weight.copy_(torch.tensor([[0.0], [1.0]]))
        ...     _ = model[1].bias.copy_(torch.tensor([0.5, 0.0]))
        >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        >>> images = torch.tensor([0, 255], dtype=torch.uint8).view(2, 1, 1, 1)
        >>> new_images = torch.tensor([40, 230], dtype=torch.uint8).view(2, 1, 1, 1)
        >>> train_then_predict(model, optimizer, images, torch.tensor([0, 1]), 2, new_images)
        tensor([0, 1])

    Read: Transforming images, videos, boxes and more
        https://docs.pytorch.org/vision/stable/transforms.html
    """
    inputs = images.float() / 127.5 - 1
    model.train()
    for _ in range(epochs):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(inputs), labels)
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        scores = model(new_images.float())
    return scores.argmax(dim=1)
