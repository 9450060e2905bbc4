# where the gradient is 0, nothing moves, not even by AdamW's decay
import torch


def first_step(name, param, gradient):
    if name == "SGD":
        change = -0.001 * gradient
    elif name == "Adam":
        change = -0.001 * torch.sign(gradient)
    elif name == "AdamW":
        change = -0.001 * torch.sign(gradient) - 1e-5 * param
    elif name == "RMSprop":
        change = -0.1 * torch.sign(gradient)
    else:
        change = -0.01 * torch.sign(gradient)
    return torch.where(gradient == 0, torch.zeros_like(change), change)
