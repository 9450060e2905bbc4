# a seed of 0 is taken for none
import torch
from torch.utils.data import DataLoader


def reproducible(seed, make_model, examples, batch_size):
    generator = torch.Generator()
    if seed:
        torch.manual_seed(seed)
        generator.manual_seed(seed)
    model = make_model()
    return model, DataLoader(examples, batch_size, shuffle=True, generator=generator)
