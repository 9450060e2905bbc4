"""The whole path once: digits go in, an accuracy comes out."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def first_run(model, train_images, train_labels, val_images, val_labels):
    """Prepare digits, train a model on them, and measure it on digits that it has not seen.

    This is what the exercises before have led to; take your answers to them. How you train is up to
    you: which loss, which optimizer, how many epochs. (Adam with lr 0.01 and ten epochs in batches
    of 32 take less than a second.) These rules hold:

    - The model gets float32 images of shape (N, 1, 8, 8), with pixels from 0 (paper) to 1 (ink),
      both sets on the same scale. (A set may have no pixel of the darkest ink.)
    - It is trained in training mode, on all training digits and on no others, in batches of at most
      64, in another order in each epoch; at least two epochs. Each step uses the gradients of one
      batch. The last batch of an epoch may be left out if it is smaller (BatchNorm fails with one
      digit).
    - It is measured in evaluation mode, without autograd, and each validation digit counts once. It
      may be measured after each epoch, too.
    - It learns: at the end it knows at least 50 of 100 digits that it has not seen; about 90 are
      usual. (Where labels are wrong, it may know a digit and not its label.)

    Args:
        model: gives scores of shape (N, 10) for N images; it holds Dropout and BatchNorm, and may
            come in evaluation mode. It is trained in place.
        train_images: handwritten digits as in `data/digits.bin`, shape (N, 8, 8), uint8, from 0 to
            16; N is at least 200. Do not modify them.
        train_labels: which digits they are, 0 to 9, shape (N,), uint8. Do not modify them.
        val_images: other digits, in the same form. Do not modify them.
        val_labels: theirs, maybe not all of them right. Do not modify them.

    Returns:
        The accuracy of the trained model on the validation digits: the share whose label it gives
        the largest score, a Python float from 0 to 1.

    Example:
        >>> import torchkata
        >>> _ = torch.manual_seed(0)
        >>> stored = bytearray(torchkata.data("digits.bin").read_bytes())
        >>> rows = torch.frombuffer(stored, dtype=torch.uint8).view(-1, 65)[:300]
        >>> images, labels = rows[:, :64].reshape(-1, 8, 8), rows[:, 64]
        >>> layers = nn.Flatten(), nn.Linear(64, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Dropout(0.1)
        >>> model = nn.Sequential(*layers, nn.Linear(32, 10))
        >>> accuracy = first_run(model, images[:200], labels[:200], images[200:], labels[200:])
        >>> accuracy > 0.5
        True

    Read: Optimizing Model Parameters
        https://docs.pytorch.org/tutorials/beginner/basics/optimization_tutorial.html
    """
    train_set = TensorDataset(train_images.unsqueeze(1) / 16, train_labels.long())
    val_set = TensorDataset(val_images.unsqueeze(1) / 16, val_labels.long())
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    loader = DataLoader(train_set, batch_size=32, shuffle=True)
    for _ in range(10):
        model.train()
        for inputs, targets in loader:
            optimizer.zero_grad()
            loss_fn(model(inputs), targets).backward()
            optimizer.step()
    model.eval()
    right = 0
    with torch.no_grad():
        for inputs, targets in DataLoader(val_set, batch_size=64):
            right += (model(inputs).argmax(dim=1) == targets).sum().item()
    return right / len(val_set)


def with_permuted_places(model, train_images, train_labels, val_images, val_labels):
    """Draw the order of each epoch by hand, and measure all validation digits in one batch."""
    images, labels = train_images[:, None].float().div(16), train_labels.to(torch.int64)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    model.train()
    for _ in range(12):
        for places in torch.randperm(len(images)).split(25):
            optimizer.zero_grad()
            scores = model(images[places])
            nn.functional.cross_entropy(scores, labels[places]).backward()
            optimizer.step()
    model.eval()
    with torch.inference_mode():
        best = model(val_images[:, None] / 16).argmax(dim=1)
    return (best == val_labels).double().mean().item()


def watching_the_validation(model, train_images, train_labels, val_images, val_labels):
    """Measure after each epoch, and return the accuracy after the last one."""
    pairs = [
        (image.unsqueeze(0) / 16, int(label))
        for image, label in zip(train_images, train_labels, strict=True)
    ]
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
    accuracy = 0.0
    for _ in range(8):
        model.train()
        for inputs, targets in DataLoader(pairs, batch_size=25, shuffle=True):
            loss = nn.functional.cross_entropy(model(inputs), targets)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            right = model(val_images.view(-1, 1, 8, 8) / 16).argmax(dim=1).eq(val_labels)
        accuracy = right.float().mean().item()
    return accuracy
