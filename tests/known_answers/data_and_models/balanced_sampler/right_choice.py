# Right: a class, then an example of it, by Python's random
import random
from collections import defaultdict

from torch.utils.data import Sampler


class ByClass(Sampler):
    def __init__(self, labels):
        self.members = defaultdict(list)
        for index, label in enumerate(labels.tolist()):
            self.members[label].append(index)
        self.length = len(labels)

    def __len__(self):
        return self.length

    def __iter__(self):
        classes = list(self.members.values())
        for _ in range(self.length):
            yield random.choice(random.choice(classes))


def balanced_sampler(labels):
    return ByClass(labels)
