"""Two DataLoaders: what is shuffled, what is not, and how a run is repeated."""

import torch
from torch.utils.data import DataLoader


def data_loaders(train_set, val_set, batch_size, seed):
    """Make the DataLoaders of a training run: one for training, one for validation.

    Training: each time the loader is iterated (in each epoch), all examples come once, in a new
    random order. The orders depend on `seed` and on the number of the epoch, and on nothing else:
    with the same seed, epoch 3 has the same order in another run, also if that run draws other
    random numbers in between (with torch, NumPy or `random`), or leaves out a validation. With
    another seed the orders differ. Each epoch is iterated to its end.

    Validation: all examples come once, in the order of the data set, in each epoch.

    The last batch of either loader may be smaller. The examples are loaded in the main process,
    without workers.

    Args:
        train_set: a Dataset with `__len__` and `__getitem__` (a map-style one), or a list, with at
            least one example.
        val_set: another one.
        batch_size: how many examples a batch has, an int from 1, for both loaders.
        seed: an int from 0. Random numbers come from a generator: torch's global one, which
            `torch.manual_seed` seeds, or one of your own, such as a `torch.Generator`. Leave the
            global one alone, since initial weights and dropout depend on it: do not seed it, and
            draw no number from it when you make the loaders. (Iterating a loader may draw from
            it: `DataLoader` does so by itself.)

    Returns:
        A tuple (train_loader, val_loader) of two `torch.utils.data.DataLoader`, made in any way.

    Example:
        >>> digits = list(range(10))
        >>> train_loader, val_loader = data_loaders(digits[:7], digits[7:], batch_size=2, seed=0)
        >>> len(train_loader), len(val_loader)
        (4, 2)
        >>> list(val_loader)
        [tensor([7, 8]), tensor([9])]

    Read: torch.utils.data, "Data Loading Order and Sampler"
        https://docs.pytorch.org/docs/stable/data.html#data-loading-order-and-sampler
    """
    generator = torch.Generator().manual_seed(seed)
    train_loader = DataLoader(train_set, batch_size, shuffle=True, generator=generator)
    return train_loader, DataLoader(val_set, batch_size)


def with_a_sampler(train_set, val_set, batch_size, seed):
    """Say who draws the order: `shuffle=True` makes a RandomSampler, too."""
    generator = torch.Generator()
    generator.manual_seed(seed)
    order = torch.utils.data.RandomSampler(train_set, generator=generator)
    return (
        DataLoader(train_set, batch_size=batch_size, sampler=order, drop_last=False),
        DataLoader(val_set, batch_size=batch_size, shuffle=False, num_workers=0),
    )


def with_a_sampler_of_ones_own(train_set, val_set, batch_size, seed):
    """Draw all orders from a generator that belongs to the sampler."""
    train_loader = DataLoader(train_set, batch_size, sampler=_Shuffled(len(train_set), seed))
    return train_loader, DataLoader(val_set, batch_size)


class _Shuffled:
    def __init__(self, count, seed):
        self.count, self.generator = count, torch.Generator().manual_seed(seed)

    def __len__(self):
        return self.count

    def __iter__(self):
        return iter(torch.randperm(self.count, generator=self.generator).tolist())


def with_two_generators(train_set, val_set, batch_size, seed):
    """Let a sampler make whole batches, and give the other loader a generator of its own."""
    generator, other = (torch.Generator().manual_seed(seed) for _ in range(2))
    order = torch.utils.data.RandomSampler(train_set, generator=generator)
    batches = torch.utils.data.BatchSampler(order, batch_size, drop_last=False)
    train_loader = DataLoader(train_set, batch_sampler=batches)
    return train_loader, DataLoader(val_set, batch_size, generator=other)
