# seeds random, numpy and torch, again after the model, but the loader has no generator
import random

import numpy as np
import torch
from torch.utils.data import DataLoader


def seed_everything(seed):
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    torch.cuda.manual_seed_all(seed)
    torch.backends.cudnn.deterministic = True
    torch.backends.cudnn.benchmark = False


def reproducible(seed, make_model, examples, batch_size):
    seed_everything(seed)
    model = make_model()
    seed_everything(seed)
    loader = DataLoader(examples, batch_size=batch_size, shuffle=True)
    return model, loader
