"""From images in a list to one batch: which dimension is which?"""

import torch


def image_batch(images):
    """Put images of the same size into one batch, the way a model wants it.

    Image files are read as whole numbers from 0 to 255, and the three colours of a pixel (red,
    green, blue) come last: shape (height, width, 3). Models in PyTorch want floats, here from 0 to
    1, and the colours before height and width. The first dimension of a batch counts the images.

    Nothing is moved within an image: `batch[n, c, y, x]` is the number at `images[n][y, x, c]`,
    divided by 255.

    Args:
        images: a list of at least one image, each a uint8 tensor of shape (H, W, 3), numbers from 0
            to 255. Do not modify the list or its tensors.

    Returns:
        The batch, a float32 tensor of shape (N, 3, H, W), if there are N images.

    Example: one image of 1 x 2 pixels, a red one and a white one.
        >>> image = torch.tensor([[[255, 0, 0], [255, 255, 255]]], dtype=torch.uint8)
        >>> image_batch([image])
        tensor([[[[1., 1.]],
        <BLANKLINE>
                 [[0., 1.]],
        <BLANKLINE>
                 [[0., 1.]]]])

    Read: torch.permute
        https://docs.pytorch.org/docs/stable/generated/torch.permute.html
    """
    return torch.stack(images).permute(0, 3, 1, 2) / 255


def image_by_image(images):
    """Let each image become (3, H, W) first, and stack what is ready."""
    return torch.stack([image.permute(2, 0, 1).to(torch.float32).div(255) for image in images])


def with_named_moves(images):
    """Make one batch of them with `cat`, and move the last dimension to place 1."""
    batch = torch.cat([image.unsqueeze(0) for image in images])
    return torch.movedim(batch.float(), -1, 1) * (1 / 255)


def colour_by_colour(images):
    """Take the three colours apart, and stack them as a new dimension 1."""
    red, green, blue = torch.stack(images).unbind(dim=-1)
    return torch.true_divide(torch.stack([red, green, blue], dim=1), 255.0)
