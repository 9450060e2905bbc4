# a sampler that makes the order of each epoch from the seed and the number of the epoch
import torch
from torch.utils.data import DataLoader, Sampler


class Shuffled(Sampler):
    def __init__(self, length, seed):
        self.length, self.seed, self.epoch = length, seed, 0

    def __len__(self):
        return self.length

    def __iter__(self):
        generator = torch.Generator().manual_seed(self.seed * 1_000_003 + self.epoch)
        self.epoch += 1
        return iter(torch.randperm(self.length, generator=generator).tolist())


def reproducible(seed, make_model, examples, batch_size):
    loader = DataLoader(examples, batch_size, sampler=Shuffled(len(examples), seed))
    torch.default_generator.manual_seed(seed)
    return make_model(), loader
