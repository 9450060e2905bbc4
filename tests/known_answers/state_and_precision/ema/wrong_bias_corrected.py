# begins at 0 and is corrected as in Adam
import copy

import torch


class EMA:
    def __init__(self, model, decay):
        self.decay = decay
        self.step = 0
        self.shadow = {n: torch.zeros_like(p) for n, p in model.named_parameters()}
        self.buffers = {n: b.clone() for n, b in model.named_buffers()}

    @torch.no_grad()
    def update(self, model):
        self.step += 1
        for name, param in model.named_parameters():
            self.shadow[name] = self.decay * self.shadow[name] + (1 - self.decay) * param
        self.buffers = {n: b.clone() for n, b in model.named_buffers()}

    @torch.no_grad()
    def copy_to(self, model):
        if self.step == 0:
            return
        for name, param in model.named_parameters():
            param.copy_(self.shadow[name] / (1 - self.decay**self.step))
        for name, buffer in model.named_buffers():
            buffer.copy_(self.buffers[name])
