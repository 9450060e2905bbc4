"""The plain mean of the weights of the last epochs, with statistics that belong to it."""

import copy

import torch
from torch import nn


def swa(model, train_epoch, epochs, start, batches):
    """Train a model, and return the mean of its weights: stochastic weight averaging.

    `train_epoch()` is called for each of the epochs 0, 1, ..., `epochs - 1`. After the epoch
    `start`, and after each one that follows, the parameters are taken into the mean, in which every
    one of these epochs counts the same.

    No batch has ever gone through the averaged weights, so the running statistics of BatchNorm do
    not fit them. They are computed afresh, from `batches` alone: with the averaged weights, in
    training mode, the mean and variance of each batch are taken as BatchNorm takes them for its
    running statistics (the variance is unbiased), and every batch counts the same. Afterwards
    `num_batches_tracked` is the number of batches, and `momentum` is that of `model`.

    `model` itself, its mode included, is only changed by `train_epoch`.

    Args:
        model: an nn.Module whose parameters are float32 or float64. It may hold BatchNorm, of any
            kind and with any `momentum`, but no Dropout, and no buffers but those of BatchNorm.
        train_epoch: `train_epoch()` trains `model` for one epoch, in place, and returns nothing.
        epochs: how many epochs are trained, an int, at least 1.
        start: the first epoch that counts, an int from 0 to `epochs - 1`.
        batches: a list of tensors, float32 or float64 as the model, each an input of it. It may be
            empty if there is no BatchNorm. Do not modify them.

    Returns:
        A new model of the class of `model`, with the averaged parameters and the new statistics, in
        evaluation mode. What happens to `model` later does not change it.

    Example:
        >>> model = nn.Linear(1, 1, bias=False)
        >>> weights = iter([1.0, 2.0, 4.0, 9.0])
        >>> def train_epoch():
        ...     nn.init.constant_(model.weight, next(weights))
        >>> averaged = swa(model, train_epoch, epochs=4, start=2, batches=[])
        >>> averaged.weight.item(), model.weight.item()  # (4 + 9) / 2
        (6.5, 9.0)

    Read: torch.optim, "Weight Averaging (SWA and EMA)"
        https://docs.pytorch.org/docs/stable/optim.html#weight-averaging-swa-and-ema
    """
    averaged = torch.optim.swa_utils.AveragedModel(model)
    for epoch in range(epochs):
        train_epoch()
        if epoch >= start:
            averaged.update_parameters(model)
    torch.optim.swa_utils.update_bn(batches, averaged)
    return averaged.module.eval()


def by_hand(model, train_epoch, epochs, start, batches):
    """Add the parameters up, and let BatchNorm take a plain mean: that is `momentum=None`."""
    sums = [torch.zeros_like(param) for param in model.parameters()]
    for epoch in range(epochs):
        train_epoch()
        if epoch >= start:
            for total, param in zip(sums, model.parameters(), strict=True):
                total += param.detach()
    averaged = copy.deepcopy(model)
    norms = [one for one in averaged.modules() if isinstance(one, nn.modules.batchnorm._BatchNorm)]
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None
    averaged.train()
    with torch.no_grad():
        for total, param in zip(sums, averaged.parameters(), strict=True):
            param.copy_(total / (epochs - start))
        for batch in batches:
            averaged(batch)
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum
    return averaged.eval()


def with_a_running_mean(model, train_epoch, epochs, start, batches):
    """Move the mean by one part in n towards the newest, and weigh each batch by 1 / n."""
    averaged, count = None, 0
    for epoch in range(epochs):
        train_epoch()
        if epoch < start:
            continue
        count += 1
        if averaged is None:
            averaged = copy.deepcopy(model)
        for mean, param in zip(averaged.parameters(), model.parameters(), strict=True):
            mean.data.lerp_(param.data, 1 / count)
    momenta = {name: getattr(one, "momentum", None) for name, one in averaged.named_modules()}
    averaged.train()
    for number, batch in enumerate(batches, start=1):
        for one in averaged.modules():
            if hasattr(one, "num_batches_tracked"):
                one.momentum = 1 / number
                if number == 1:
                    one.num_batches_tracked.zero_()
        averaged(batch)
    for name, one in averaged.named_modules():
        if hasattr(one, "momentum"):
            one.momentum = momenta[name]
    return averaged.requires_grad_(True).eval()
