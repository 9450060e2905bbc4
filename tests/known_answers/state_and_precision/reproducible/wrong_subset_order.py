# the examples are shuffled once, and every epoch has that order
import torch
from torch.utils.data import DataLoader, Subset


def reproducible(seed, make_model, examples, batch_size):
    torch.manual_seed(seed)
    model = make_model()
    g = torch.Generator()
    g.manual_seed(seed)
    order = torch.randperm(len(examples), generator=g).tolist()
    loader = DataLoader(Subset(examples, order), batch_size=batch_size, shuffle=False)
    return model, loader
