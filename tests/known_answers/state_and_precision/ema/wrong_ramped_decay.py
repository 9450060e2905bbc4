# the decay grows with the number of updates, as in the code of many papers
import copy

import torch


class EMA:
    def __init__(self, model, decay):
        self.module = copy.deepcopy(model)
        self.decay = decay
        self.updates = 0

    @torch.no_grad()
    def update(self, model):
        self.updates += 1
        decay = min(self.decay, (1 + self.updates) / (10 + self.updates))
        for a, p in zip(self.module.parameters(), model.parameters()):
            a.mul_(decay).add_(p, alpha=1 - decay)
        for a, b in zip(self.module.buffers(), model.buffers()):
            a.copy_(b)

    @torch.no_grad()
    def copy_to(self, model):
        for p, a in zip(model.parameters(), self.module.parameters()):
            p.copy_(a)
        for b, a in zip(model.buffers(), self.module.buffers()):
            b.copy_(a)
