# Wrong: each epoch is shuffled by Python's global generator, which others draw from during training.
import random

import torch


class Shuffled(torch.utils.data.Sampler):
    def __init__(self, count):
        self.count = count

    def __len__(self):
        return self.count

    def __iter__(self):
        return iter(random.sample(range(self.count), self.count))


def reproducible(seed, make_model, examples, batch_size):
    random.seed(seed)
    torch.manual_seed(seed)
    model = make_model()
    sampler = Shuffled(len(examples))
    own = torch.Generator()
    return model, torch.utils.data.DataLoader(examples, batch_size, sampler=sampler, generator=own)
