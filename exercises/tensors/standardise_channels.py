"""A mean for each channel: which numbers does it meet when it is subtracted?"""

import torch


def standardise_channels(images):
    """Shift and scale each channel of a batch of images to mean 0 and standard deviation 1.

    A channel is one colour, say, of all images: its mean is taken over all pixels of all images
    together, and so is its standard deviation, the square root of the mean of (number - mean) ** 2.
    (This divides by how many numbers there are, not by one less.) Subtract the channel's mean from
    each of its numbers, and divide by the channel's standard deviation.

    A channel whose numbers are one whole number, all the same, has the standard deviation 0: it
    becomes 0 everywhere.

    Args:
        images: shape (N, C, H, W), float32 or float64; N is at least 1. A channel's standard
            deviation may be as small as 0.000001, or 0 in such a channel. In float64 a channel's
            mean may be 100000 times its standard deviation. Do not modify them.

    Returns:
        The standardised images, of the shape and dtype of `images`. Gradients need not flow back.

    Example: two images of 1 x 2 pixels, with one channel.
        >>> images = torch.tensor([1.0, 3.0, 3.0, 1.0]).view(2, 1, 1, 2)
        >>> standardise_channels(images).view(4)
        tensor([-1.,  1.,  1., -1.])

    Read: Broadcasting semantics
        https://docs.pytorch.org/docs/stable/notes/broadcasting.html
    """
    raise NotImplementedError
