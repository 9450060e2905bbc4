# Right: lerp and addcmul in place, state by index.
import torch


class Adam:
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        self.params = list(params)
        self.lr = lr
        self.betas = tuple(betas)
        self.eps = eps
        self.state = [{"t": 0, "m": torch.zeros_like(p.detach()), "v": torch.zeros_like(p.detach())} for p in self.params]

    def step(self):
        b1, b2 = self.betas
        for p, s in zip(self.params, self.state):
            if p.grad is None:
                continue
            g = p.grad.detach()
            s["t"] += 1
            s["m"].lerp_(g, 1 - b1)
            s["v"].mul_(b2).addcmul_(g, g, value=1 - b2)
            denom = (s["v"] / (1 - b2 ** s["t"])).sqrt().add_(self.eps)
            p.data.addcdiv_(s["m"], denom, value=-self.lr / (1 - b1 ** s["t"]))

    def zero_grad(self):
        for p in self.params:
            if p.grad is not None:
                p.grad = torch.zeros_like(p.grad)
