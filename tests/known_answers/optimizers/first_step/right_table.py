# a table: four of them by the sign alone, and the decay of one
import torch


def first_step(name, param, gradient):
    by_sign, by_value = {
        "SGD": (0, 1e-3),
        "Adam": (1e-3, 0),
        "AdamW": (1e-3, 0),
        "RMSprop": (0.1, 0),
        "Adagrad": (1e-2, 0),
    }[name]
    decay = 1e-5 if name == "AdamW" else 0
    return -(by_sign * gradient.sign() + by_value * gradient + decay * param)
