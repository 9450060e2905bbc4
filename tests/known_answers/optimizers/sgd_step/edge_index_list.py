# It indexes params, which fails for a generator such as model.parameters().

import torch


def sgd_step(params, lr):
    with torch.no_grad():
        for i in range(len(params)):
            if params[i].grad is not None:
                params[i] -= lr * params[i].grad
