# Right: state made on first use, keyed by the parameter.
import torch


class Adam:
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        self.params = [*params]
        self.lr = lr
        self.beta1, self.beta2 = betas
        self.eps = eps
        self.steps, self.first, self.second = {}, {}, {}

    def step(self):
        with torch.no_grad():
            for p in self.params:
                if p.grad is None:
                    continue
                t = self.steps[p] = self.steps.get(p, 0) + 1
                self.first[p] = self.beta1 * self.first.get(p, 0) + (1 - self.beta1) * p.grad
                self.second[p] = self.beta2 * self.second.get(p, 0) + (1 - self.beta2) * p.grad.pow(2)
                m = self.first[p] / (1 - self.beta1 ** t)
                v = self.second[p] / (1 - self.beta2 ** t)
                p -= self.lr * m / (v.sqrt() + self.eps)

    def zero_grad(self):
        for p in self.params:
            p.grad = None
