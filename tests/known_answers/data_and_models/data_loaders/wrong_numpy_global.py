# Wrong (subtle): seeds and uses NumPy's global generator, so np.random.rand() between two epochs (other random numbers of the run) changes the order.
import numpy as np
from torch.utils.data import DataLoader, Sampler


class NumpyShuffle(Sampler):
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return iter(np.random.permutation(self.n).tolist())

    def __len__(self):
        return self.n


def data_loaders(train_set, val_set, batch_size, seed):
    np.random.seed(seed)
    train_loader = DataLoader(train_set, batch_size=batch_size, sampler=NumpyShuffle(len(train_set)))
    val_loader = DataLoader(val_set, batch_size=batch_size)
    return train_loader, val_loader
