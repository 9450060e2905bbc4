"""From an image file's bytes to a label: the same preparation as in training, and one image."""

import torch


def predict_image(model, image, mean, std):
    """Ask a trained classifier what is on one image, and how sure it is.

    The model was trained on batches of shape (N, 3, H, W), float32, that were prepared in two
    steps: pixels from 0 to 1, then each channel minus its mean, divided by its standard deviation.
    It gets this image prepared in the same way, as a batch of one.

    The model is called once, in evaluation mode, and autograd records nothing of that. Afterwards
    the model is in the mode in which it came, and autograd is switched on again.

    Args:
        model: gives raw scores of shape (N, C) for N images; it may hold Dropout and BatchNorm.
            All of it is in training mode, or all of it in evaluation mode. There are no ties: one
            score of this image is larger than the others.
        image: as it was read, a uint8 tensor of shape (H, W, 3), red, green and blue from 0 to 255.
            Do not modify it.
        mean: of each channel of the training images, whose pixels went from 0 to 1; a float32
            tensor of shape (3,), from 0 to 1. Do not modify it.
        std: their standard deviations, a float32 tensor of shape (3,), above 0.1 and up to 0.5. Do
            not modify it.

    Returns:
        A tuple (label, confidence). label: the index of the class with the largest score, an int.
        confidence: the probability that softmax over the classes gives to that label, a Python
        float.

    Example: a model that looks for the colour of an image, and an image of one green pixel.
        >>> model = torch.nn.Flatten()
        >>> image = torch.tensor([[[0, 255, 0]]], dtype=torch.uint8)
        >>> mean, std = torch.full((3,), 0.5), torch.full((3,), 0.25)
        >>> label, confidence = predict_image(model, image, mean, std)  # of scores -2, 2 and -2
        >>> label, round(confidence, 4)
        (1, 0.9647)

    Read: torch.unsqueeze
        https://docs.pytorch.org/docs/stable/generated/torch.unsqueeze.html
    """
    pixels = (image / 255 - mean) / std
    batch = pixels.permute(2, 0, 1).unsqueeze(0)
    was_training = model.training
    model.eval()
    with torch.no_grad():
        probabilities = model(batch).softmax(dim=1)
    model.train(was_training)
    confidence, label = probabilities.max(dim=1)
    return label.item(), confidence.item()


@torch.inference_mode()
def with_channels_first(model, image, mean, std):
    """Move the colours first, and give mean and std a shape that meets them."""
    batch = image.permute(2, 0, 1)[None].float().div(255)
    batch = (batch - mean.view(1, 3, 1, 1)) / std.view(1, 3, 1, 1)
    mode, scores = model.training, model.eval()(batch)[0]
    model.train(mode)
    label = int(scores.argmax())
    return label, float(torch.softmax(scores, dim=0)[label])


def with_a_stack_of_one(model, image, mean, std):
    """Standardise channel by channel, and stack a list of one image."""
    channels = [
        (channel.to(torch.float32) / 255 - m) / s
        for channel, m, s in zip(image.unbind(dim=-1), mean, std, strict=True)
    ]
    batch = torch.stack([torch.stack(channels)])
    training = model.training
    try:
        model.eval()
        with torch.set_grad_enabled(False):
            scores = model(batch)
    finally:
        model.train(mode=training)
    value, label = scores.log_softmax(dim=-1).flatten().max(dim=0)
    return label.item(), value.exp().item()
