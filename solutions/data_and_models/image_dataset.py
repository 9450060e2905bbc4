"""Your own Dataset: what a DataLoader asks for, one example at a time."""

import torch
from torch.utils.data import Dataset


class ImageDataset(Dataset):
    """Give out images with their labels, one example at a time, as a DataLoader asks for them.

    The images are kept as they were read: bytes, grey, without a dimension for channels. What is
    given out is ready for a model and a loss function: floats from 0 to 1, with one channel, and a
    label that becomes int64 in a batch, as `nn.CrossEntropyLoss` wants it.

    A `transform` that augments the data (random crops, flips, noise) is random, so that each epoch
    sees another version of the same image. That works only if it is called at the right time.

    Args:
        images: grey images, shape (N, H, W), uint8, 0 (black) to 255 (white); N is at least 1. Do
            not modify them.
        labels: the class index of each image, shape (N,), uint8. Do not modify them.
        transform: None, or a function that takes one image, a float32 tensor of shape (1, H, W)
            with numbers from 0 to 1, and returns the image to give out, maybe of another size. It
            may change in place the image that it gets.

    Example: an image of 1 x 2 pixels.
        >>> images = torch.tensor([[[0, 255]]], dtype=torch.uint8)
        >>> labels = torch.tensor([7], dtype=torch.uint8)
        >>> dataset = ImageDataset(images, labels)
        >>> len(dataset)
        1
        >>> image, label = dataset[0]
        >>> image
        tensor([[[0., 1.]]])
        >>> int(label)
        7

    Read: Datasets & DataLoaders, "Creating a Custom Dataset for your files"
        https://docs.pytorch.org/tutorials/beginner/basics/data_tutorial.html
    """

    def __init__(self, images, labels, transform=None):
        self.images = images
        self.labels = labels
        self.transform = transform

    def __len__(self):
        """The number of examples, N."""
        return len(self.images)

    def __getitem__(self, index):
        """One example.

        Each time an example is asked for, `transform` is called once, with the scaled image as it
        is before any transform.

        Args:
            index: an int from -N to N - 1; as in a list, -1 is the last example.

        Returns:
            A pair (image, label), a tuple or a list. image: what `transform` returns; without a
            transform a float32 tensor of shape (1, H, W), numbers from 0 to 1; it may be a view of
            what you keep. label: an int, or an int64 tensor of shape (): a DataLoader makes a batch
            of int64 of either.

        Raises:
            IndexError: there is no such example. `for image, label in dataset` ends by that.
        """
        image = self.images[index].unsqueeze(0) / 255
        if self.transform is not None:
            image = self.transform(image)
        return image, int(self.labels[index])


class FromFloats:
    """Scale all images once; then each item needs a copy, as a transform may change what it gets.

    A DataLoader needs no base class: two methods are enough.
    """

    def __init__(self, images, labels, transform=None):
        self.scaled = images[:, None].float().div(255)
        self.labels = labels.long()
        self.transform = transform or (lambda image: image)

    def __len__(self):
        """As many as there are labels."""
        return self.labels.numel()

    def __getitem__(self, index):
        """A list; the label as a tensor of shape ()."""
        return [self.transform(self.scaled[index].clone()), self.labels[index]]


class FromLists(Dataset):
    """Keep lists, whose own IndexError is the right one."""

    def __init__(self, images, labels, transform=None):
        self.pairs = list(zip(images, labels.tolist(), strict=True))
        self.transform = transform

    def __len__(self):
        """The length of the list."""
        return len(self.pairs)

    def __getitem__(self, index):
        """Scale one image when it is asked for."""
        pixels, label = self.pairs[index]
        image = pixels.to(torch.float32).reshape(1, *pixels.shape) * (1 / 255)
        return (self.transform(image) if self.transform else image), label


class WithModulo(Dataset):
    """Say which indices there are, and count from the end oneself."""

    def __init__(self, images, labels, transform=None):
        self.images, self.labels, self.transform = images, labels, transform

    def __len__(self):
        """The size of the first dimension."""
        return self.images.shape[0]

    def __getitem__(self, index):
        """Check the index first."""
        if not -len(self) <= index < len(self):
            raise IndexError(f"no example {index} among {len(self)}")
        index %= len(self)
        image = torch.stack([self.images[index]]).float() / 255.0
        image = image if self.transform is None else self.transform(image)
        return image, self.labels[index].to(torch.int64)
