# AdamW without its weight decay
import torch


def first_step(name, param, gradient):
    if name == "SGD":
        return -1e-3 * gradient
    if name in ("Adam", "AdamW"):
        return -1e-3 * gradient / (gradient.abs() + 1e-8)
    if name == "RMSprop":
        avg = 0.01 * gradient**2
        return -1e-2 * gradient / (avg.sqrt() + 1e-8)
    return -1e-2 * gradient / (gradient.abs() + 1e-10)
