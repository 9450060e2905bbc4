"""Right, and rude: none of this may make it fail, or harm another case."""

import random
import warnings

import torch

torch.set_default_dtype(torch.float64)
torch.manual_seed(7)
random.seed(7)
print("loaded")


def half(x):
    torch.set_grad_enabled(True)
    torch.set_default_dtype(torch.float16)
    torch.manual_seed(len(x))
    warnings.warn("a warning is no error", stacklevel=1)
    print("called")
    return x / 2
