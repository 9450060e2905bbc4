# Adam's averages without the correction of their start at 0
import torch


def first_step(name, param, gradient):
    g = gradient
    if name == "SGD":
        return -0.001 * g
    if name in ("Adam", "AdamW"):
        m = 0.1 * g
        v = 0.001 * g**2
        step = -0.001 * m / (v.sqrt() + 1e-8)
        if name == "AdamW":
            step = step - 0.001 * 0.01 * param
        return step
    if name == "RMSprop":
        v = 0.01 * g**2
        return -0.01 * g / (v.sqrt() + 1e-8)
    return -0.01 * g / (g.abs() + 1e-10)
