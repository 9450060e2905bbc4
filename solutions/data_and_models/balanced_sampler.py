"""Rare classes as often as common ones: which weights does a sampler want?"""

import torch
from torch.utils.data import WeightedRandomSampler


def balanced_sampler(labels):
    """Make a sampler that draws each class equally often, however rare it is in the data.

    Of 1000 examples, 950 may be of one class: nearly all batches then show that class alone. A
    balanced sampler draws the examples of a rare class more often. If C classes occur in the
    labels, an example that is drawn is of each class with probability 1 / C; within a class, all
    examples are equally probable. An epoch may have exactly N / C of each class, or about as many.

    An epoch is as long as without the sampler: N examples are drawn, where N is their number. So
    an example of a rare class is drawn several times, and some of a common class are not drawn in
    this epoch. Each epoch draws again.

    Args:
        labels: the class index of each example, shape (N,), int64, from 0; N is at least 1. Some
            classes may have no examples. Do not modify them.

    Returns:
        A sampler for `DataLoader(..., sampler=sampler)`: iterated, it gives N indices of examples,
        ints from 0 to N - 1, and `len(sampler)` is N. Draw the random numbers in any way you like.

    Example:
        >>> labels = torch.tensor([0] * 950 + [1] * 50)
        >>> sampler = balanced_sampler(labels)
        >>> len(sampler)
        1000
        >>> share = labels[list(sampler)].float().mean().item()
        >>> 0.4 < share < 0.6
        True

    Read: torch.utils.data.WeightedRandomSampler
        https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.WeightedRandomSampler
    """
    weight = 1 / labels.bincount()
    return WeightedRandomSampler(weight[labels], num_samples=len(labels))


def with_unique(labels):
    """Number the classes that occur, and count those."""
    _, index, counts = labels.unique(return_inverse=True, return_counts=True)
    weights = len(labels) / (len(counts) * counts[index].double())
    return WeightedRandomSampler(weights.tolist(), len(labels), replacement=True)


def with_a_dict(labels):
    """Count in Python."""
    classes = labels.tolist()
    share = {label: classes.count(label) / len(classes) for label in set(classes)}
    return WeightedRandomSampler([1 / share[label] for label in classes], len(classes))


def class_first(labels):
    """Draw the classes first, and then an example of each, in a sampler of one's own."""
    return _ClassFirst(labels)


class _ClassFirst:
    def __init__(self, labels):
        self.examples = [(labels == label).nonzero()[:, 0] for label in labels.unique()]
        self.count = len(labels)

    def __len__(self):
        return self.count

    def __iter__(self):
        drawn = torch.randint(len(self.examples), (self.count,))
        indices = torch.empty(self.count, dtype=torch.int64)
        for number, examples in enumerate(self.examples):
            here = drawn == number
            indices[here] = examples[torch.randint(len(examples), (int(here.sum()),))]
        return iter(indices.tolist())


def exactly_as_many(labels):
    """Draw as many examples of each class, and mix them."""
    return _ExactlyAsMany(labels)


class _ExactlyAsMany(_ClassFirst):
    def __iter__(self):
        each = -(-self.count // len(self.examples))
        indices = torch.cat([x[torch.randint(len(x), (each,))] for x in self.examples])
        return iter(indices[torch.randperm(len(indices))[: self.count]].tolist())
