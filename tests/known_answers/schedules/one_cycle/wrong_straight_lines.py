# straight lines in the place of cosines
import torch


def one_cycle(step, total, max_lr):
    if step >= total:
        raise ValueError("step is beyond total")
    initial_lr = max_lr / 25
    final_lr = initial_lr / 1e4
    peak = 0.3 * total - 1
    if step <= peak:
        t = step / peak
        return initial_lr + t * (max_lr - initial_lr), 0.95 + t * (0.85 - 0.95)
    t = (step - peak) / (total - 1 - peak)
    return max_lr + t * (final_lr - max_lr), 0.85 + t * (0.95 - 0.85)
