# the seed is set in fork_rng: afterwards torch's generator is where it was before
import torch
from torch.utils.data import DataLoader


def reproducible(seed, make_model, examples, batch_size):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = make_model()
    generator = torch.Generator().manual_seed(seed)
    loader = DataLoader(examples, batch_size=batch_size, shuffle=True, generator=generator)
    return model, loader
