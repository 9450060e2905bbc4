# by state_dict(): a buffer with persistent=False is not in it, and not asked for
import copy

import torch


class EMA:
    def __init__(self, model, decay):
        self.decay = decay
        self.state = copy.deepcopy(model.state_dict())

    @torch.no_grad()
    def update(self, model):
        names = {name for name, _ in model.named_parameters()}
        for name, value in model.state_dict().items():
            if name in names:
                self.state[name].mul_(self.decay).add_(value, alpha=1 - self.decay)
            else:
                self.state[name].copy_(value)

    def copy_to(self, model):
        model.load_state_dict(self.state)
