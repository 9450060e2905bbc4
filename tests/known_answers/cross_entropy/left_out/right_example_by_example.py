# Python loops
import torch


def left_out(way, losses, probability, target, k):
    total, slopes, count = 0.0, [], 0
    for loss, p, t in zip(losses.tolist(), probability.tolist(), target.tolist()):
        if t == k:
            slopes.append(0.0)
            continue
        count += 1
        if way == "column":
            total += loss + torch.tensor(1 - p, dtype=torch.float64).log().item()
            slopes.append(0.0)
        else:
            total += loss
            slopes.append(p)
    by = 1 if way == "sum" else len(losses) if way == "times 0" else count
    make = losses.new_tensor
    return make(total / by), make([s / by for s in slopes])
