# Each validation draws from the generator of the training
import torch
from torch.utils.data import DataLoader


def data_loaders(train_set, val_set, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    train_loader = DataLoader(train_set, batch_size, shuffle=True, generator=generator)
    val_loader = DataLoader(val_set, batch_size, shuffle=False, generator=generator)
    return train_loader, val_loader
