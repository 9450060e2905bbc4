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
    mean = images.mean(dim=(0, 2, 3), keepdim=True)
    std = images.std(dim=(0, 2, 3), keepdim=True, correction=0)
    return torch.where(std > 0, (images - mean) / std, 0.0)


def with_dimensions_put_back(images):
    """Give the means and standard deviations the shape (C, 1, 1), which lines up from the right."""
    variance, mean = torch.var_mean(images, dim=(0, 2, 3), correction=0)
    std = variance.sqrt()
    std[std == 0] = 1
    return (images - mean[:, None, None]) / std[:, None, None]


def with_the_channels_last(images):
    """Let (C,) line up with the last dimension, and move the channels there and back."""
    last = images.movedim(1, -1)
    centred = last - last.flatten(0, 2).mean(dim=0)
    std = centred.square().flatten(0, 2).mean(dim=0).sqrt()
    return (centred / std.clamp(min=1e-12)).movedim(-1, 1)


def channel_by_channel(images):
    """One channel after the other, and a new tensor of what comes out."""
    done = []
    for channel in images.unbind(dim=1):
        centred = channel - channel.mean()
        std = channel.std(correction=0)
        done.append(centred / std if std > 0 else torch.zeros_like(channel))
    return torch.stack(done, dim=1)
