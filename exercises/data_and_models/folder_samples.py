"""What ImageFolder does with your folders: class names, labels, and one split."""

import random


def folder_samples(root, seed):
    """List the images of a folder with their labels, split into training and validation.

    Images often come in one folder for each class, `root/cat/001.jpg`. No file is opened here: a
    data set needs the paths and the labels, and reads an image when it is asked for it.

    The classes are the names of the folders in `root`, sorted (`sorted` does it); the label of an
    image is the place of its class in that list. What begins with a dot is no class and no image:
    systems and notebooks leave `.DS_Store` or `.ipynb_checkpoints` behind. Nor is a file in `root`
    itself a class. An image is a file in a class's folder (not deeper) whose name ends in .jpg,
    .jpeg or .png, in small letters or capitals.

    Of the n images of a class, n // 5, rounded down, go into the validation set, and the rest into
    the training set; which ones is random. It depends on `seed` and on the names alone: the same
    seed gives the same split on each machine, although machines list the files of a folder in
    different orders. Another seed gives another split.

    Args:
        root: a pathlib.Path. Do not change anything in it.
        seed: an int from 0.

    Returns:
        A tuple (classes, train, val). classes: the list of class names, of an empty folder, too.
        train and val: lists of pairs (path, label), a pathlib.Path and an int, in any order.

    Example:
        >>> import tempfile
        >>> from pathlib import Path
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     for name in ("dog", "cat"):
        ...         Path(folder, name).mkdir()
        ...         for number in range(5):
        ...             Path(folder, name, f"{number}.png").touch()
        ...     classes, train, val = folder_samples(Path(folder), seed=0)
        >>> classes
        ['cat', 'dog']
        >>> len(train), len(val), sorted(label for _, label in val)
        (8, 2, [0, 1])

    Read: torchvision.datasets.ImageFolder
        https://docs.pytorch.org/vision/stable/generated/torchvision.datasets.ImageFolder.html
    """
    raise NotImplementedError


def _is_shown(path):
    return not path.name.startswith(".")


def _is_image(path):
    ends = path.suffix.lower()
    return _is_shown(path) and path.is_file() and ends in (".jpg", ".jpeg", ".png")
