"""Let one number decide what a run draws: the weights, the order of the examples, the Dropout."""

import torch


def reproducible(seed, make_model, examples, batch_size):
    """Make a model and a loader for a run that depends on nothing random but a seed.

    Whatever was drawn before, the same seed gives the same run, and another seed another one. These
    follow from the seed:

    - the weights of the model;
    - the order in which the loader gives the examples: each epoch is shuffled again, so the second
      epoch has another order than the first;
    - what torch's global generator gives after the call, which is what Dropout will draw (it may
      also depend on how much `make_model` drew).

    The order of the examples follows from the seed and from nothing else, so that two models see
    the same batches: neither how many numbers `make_model` draws, nor what is drawn while the model
    is trained, by Dropout or from Python's and numpy's own generators, changes it.

    Args:
        seed: an int from 0 to 1000000.
        make_model: `make_model()` makes a new nn.Module, whose layers draw their weights from
            torch's global generator.
        examples: a data set, as a DataLoader takes it: at least 20 examples.
        batch_size: how many examples are in a batch, an int, at least 1. The last batch may be
            smaller.

    Returns:
        A tuple (model, loader): the new model, and a DataLoader over all examples.

    Example:
        >>> def first_batch(seed):
        ...     model, loader = reproducible(seed, lambda: torch.nn.Linear(1, 1), range(20), 5)
        ...     return next(iter(loader)).tolist()
        >>> first_batch(3) == first_batch(3), first_batch(3) == first_batch(4)
        (True, False)

    Read: Reproducibility, "Controlling sources of randomness"
        https://docs.pytorch.org/docs/stable/notes/randomness.html
    """
    torch.manual_seed(seed)
    model = make_model()
    generator = torch.Generator().manual_seed(seed)
    shuffled = {"shuffle": True, "generator": generator}
    return model, torch.utils.data.DataLoader(examples, batch_size, **shuffled)


def with_a_sampler(seed, make_model, examples, batch_size):
    """Draw the loader's seed before the model draws, and seed once more after it."""
    torch.random.manual_seed(seed)
    own = torch.Generator()
    own.manual_seed(int(torch.randint(2**40, ())))
    sampler = torch.utils.data.RandomSampler(examples, generator=own)
    loader = torch.utils.data.DataLoader(examples, batch_size=batch_size, sampler=sampler)
    model = make_model()
    torch.manual_seed(seed + 1)
    return model, loader


class _Batches:
    """Makes an order of its own for each epoch, from the seed and the epoch's number."""

    def __init__(self, seed, count, size):
        self.seed, self.count, self.size, self.epoch = seed, count, size, 0

    def __iter__(self):
        generator = torch.Generator().manual_seed(1000 * self.seed + self.epoch)
        self.epoch += 1
        order = torch.randperm(self.count, generator=generator)
        return iter([batch.tolist() for batch in order.split(self.size)])

    def __len__(self):
        return -(-self.count // self.size)


def with_an_order_for_each_epoch(seed, make_model, examples, batch_size):
    """Seed each epoch by its number: an epoch can then be repeated without those before it."""
    torch.manual_seed(seed)
    model = make_model()
    batches = _Batches(seed, len(examples), batch_size)
    # Of its own generator nothing is used, but it would take a number from the global one.
    own = torch.Generator()
    return model, torch.utils.data.DataLoader(examples, batch_sampler=batches, generator=own)
