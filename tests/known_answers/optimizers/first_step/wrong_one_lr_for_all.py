# a learning rate of 0.001 for all five
import torch


def first_step(name, param, gradient):
    lr = 0.001
    if name == "SGD":
        return -lr * gradient
    if name == "AdamW":
        return -lr * gradient.sign() - lr * 0.01 * param
    if name == "RMSprop":
        return -lr * gradient.sign() / (1 - 0.99) ** 0.5
    return -lr * gradient.sign()
