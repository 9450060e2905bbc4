# keeps the model and takes its buffers as they are when they are asked for
import copy

import torch


class EMA:
    def __init__(self, model, decay):
        self.model = model
        self.decay = decay
        self.shadow = [p.detach().clone() for p in model.parameters()]

    def update(self, model):
        with torch.no_grad():
            for s, p in zip(self.shadow, model.parameters()):
                s.copy_(self.decay * s + (1 - self.decay) * p)

    def copy_to(self, model):
        with torch.no_grad():
            for p, s in zip(model.parameters(), self.shadow):
                p.copy_(s)
            for b, mine in zip(model.buffers(), self.model.buffers()):
                b.copy_(mine)
