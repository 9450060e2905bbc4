"""What is on one image, as a tutorial asks its trained model."""

import torch


def label_of_image(model, image):
    """Ask a trained classifier what is on one image, and how sure it is.

    The exercise starts with a version of this function that has one bug. With a small CNN that ends
    in nn.Linear it fails: "mat1 and mat2 shapes cannot be multiplied (8x1 and 8x10)". With a model
    of convolutions alone it runs, and says of each image that it has label 0, with the confidence
    1.0. In training, both models were right. Find the bug and fix it.

    The model was trained on batches of shape (N, 3, H, W), float32, with pixels from 0 to 1. It
    gets this image as a batch of one, and is called once, in evaluation mode. Autograd records
    nothing of that. Afterwards the model is in evaluation mode.

    Args:
        model: gives raw scores of shape (N, C) for N images; it may hold Dropout and BatchNorm, and
            it may come in training mode.
        image: as it was read, a uint8 tensor of shape (H, W, 3), W at least 2, from 0 to 255.
            Do not modify it.

    Returns:
        A tuple (label, confidence). label: the index of the class with the largest score, an int.
        confidence: the probability that softmax over the classes gives to that label, a Python
        float.

    Example: a model whose scores are the sums of red, green and blue; an image of two pixels.
        >>> channels = torch.nn.Conv2d(3, 3, (1, 2), bias=False)
        >>> _ = torch.nn.init.dirac_(channels.weight)
        >>> with torch.no_grad():
        ...     channels.weight += channels.weight.flip(-1)
        >>> model = torch.nn.Sequential(channels, torch.nn.Flatten())
        >>> image = torch.tensor([[[0, 255, 0], [0, 255, 255]]], dtype=torch.uint8)
        >>> label, confidence = label_of_image(model, image)  # of the scores 0, 2 and 1
        >>> label, round(confidence, 4)
        (1, 0.6652)

    Read: torch.nn.Conv2d, "Shape"
        https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html
    """
    pixels = image.permute(2, 0, 1) / 255
    model.eval()
    with torch.no_grad():
        scores = model(pixels.unsqueeze(0))
    probabilities = scores.softmax(dim=1)[0]
    label = probabilities.argmax().item()
    return label, probabilities[label].item()


@torch.inference_mode()
def with_none(model, image):
    """`None` as an index adds a dimension."""
    batch = image[None].permute(0, 3, 1, 2).float().div(255)
    confidence, label = torch.softmax(model.eval()(batch), dim=-1).max(dim=-1)
    return label.item(), confidence.item()


def with_a_stack_of_one(model, image):
    """A stack of one image is a batch of one."""
    batch = torch.stack([image.movedim(-1, 0).to(torch.float32) / 255.0])
    model.train(False)
    with torch.no_grad():
        scores = model(batch).squeeze(0)
    label = int(scores.argmax())
    return label, float(scores.log_softmax(dim=0)[label].exp())
