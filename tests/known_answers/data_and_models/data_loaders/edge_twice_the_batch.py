# Validation in batches twice as large, since it needs no gradients
import torch
from torch.utils.data import DataLoader


def data_loaders(train_set, val_set, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    return (
        DataLoader(train_set, batch_size=batch_size, shuffle=True, generator=generator),
        DataLoader(val_set, batch_size=batch_size * 2),
    )
