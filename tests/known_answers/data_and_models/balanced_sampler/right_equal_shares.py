# Right: as equal as N allows, the classes of the rest drawn, in a random order
import numpy as np
from torch.utils.data import Sampler


class EqualShares(Sampler):
    def __init__(self, labels):
        labels = labels.numpy()
        self.groups = [np.flatnonzero(labels == c) for c in np.unique(labels)]
        self.length = len(labels)
        self.rng = np.random.default_rng()

    def __len__(self):
        return self.length

    def __iter__(self):
        share, rest = divmod(self.length, len(self.groups))
        more = self.rng.choice(len(self.groups), rest, replace=False)
        drawn = [
            self.rng.choice(group, share + (place in more))
            for place, group in enumerate(self.groups)
        ]
        yield from self.rng.permutation(np.concatenate(drawn)).tolist()


def balanced_sampler(labels):
    return EqualShares(labels)
