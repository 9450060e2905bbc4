# Right: a BatchSampler over a RandomSampler
import torch
from torch.utils.data import BatchSampler, DataLoader, RandomSampler, SequentialSampler


def data_loaders(train_set, val_set, batch_size, seed):
    generator = torch.Generator()
    generator.manual_seed(seed)
    order = RandomSampler(train_set, generator=generator)
    train = BatchSampler(order, batch_size, drop_last=False)
    val = BatchSampler(SequentialSampler(val_set), batch_size, drop_last=False)
    return DataLoader(train_set, batch_sampler=train), DataLoader(val_set, batch_sampler=val)
