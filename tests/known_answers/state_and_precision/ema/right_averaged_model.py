# AveragedModel, told that its first copy counts
import copy

import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn


class EMA:
    def __init__(self, model, decay):
        self.average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(decay))
        self.average.n_averaged.fill_(1)

    def update(self, model):
        self.average.update_parameters(model)

    def copy_to(self, model):
        mine = self.average.module
        with torch.no_grad():
            torch._foreach_copy_(list(model.parameters()), list(mine.parameters()))
            for theirs, kept in zip(model.buffers(), mine.buffers(), strict=True):
                theirs.copy_(kept)
