# asks the scheduler itself, step by step
import torch


def one_cycle(step, total, max_lr):
    if step >= total:
        raise ValueError(f"there are {total} steps, and the last is {total - 1}")
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0, momentum=0.5)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr, total_steps=total)
    for _ in range(step):
        optimizer.step()
        scheduler.step()
    group = optimizer.param_groups[0]
    return float(group["lr"]), float(group["momentum"])
