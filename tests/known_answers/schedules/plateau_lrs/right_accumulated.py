# the state after each value, folded over the values
import itertools
import math

import torch


def plateau_lrs(values, lr, factor, patience, mode):
    def after(state, value):
        rate, best, bad = state
        limit = best * (1 - 1e-4) if mode == "min" else best * (1 + 1e-4)
        if (value < limit) if mode == "min" else (value > limit):
            return rate, value, 0
        if bad < patience:
            return rate, best, bad + 1
        lower = rate * factor
        return (lower if rate - lower > 1e-8 else rate), best, 0

    start = lr, math.inf if mode == "min" else -math.inf, 0
    states = itertools.accumulate(values, after, initial=start)
    return [rate for rate, _, _ in states][1:]
