# Right: a sampler of one's own, which counts the epochs
import random

from torch.utils.data import DataLoader, Sampler


class Orders(Sampler):
    def __init__(self, length, seed):
        self.length, self.seed, self.epoch = length, seed, 0

    def __len__(self):
        return self.length

    def __iter__(self):
        order = list(range(self.length))
        random.Random(f"{self.seed}-{self.epoch}").shuffle(order)
        self.epoch += 1
        return iter(order)


def data_loaders(train_set, val_set, batch_size, seed):
    train_loader = DataLoader(train_set, batch_size, sampler=Orders(len(train_set), seed))
    return train_loader, DataLoader(val_set, batch_size)
