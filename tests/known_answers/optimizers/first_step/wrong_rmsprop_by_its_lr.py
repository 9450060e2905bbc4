# takes RMSprop's first step for one of its learning rate
import torch


def first_step(name, param, gradient):
    if name == "SGD":
        return -0.001 * gradient
    if name == "Adam":
        return -0.001 * torch.sign(gradient)
    if name == "AdamW":
        return -0.001 * torch.sign(gradient) - 0.001 * 0.01 * param
    if name == "RMSprop":
        return -0.01 * torch.sign(gradient)
    return -0.01 * torch.sign(gradient)
