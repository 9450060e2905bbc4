# clips after each backward
import torch
import torch.nn.functional as F


def accumulated_step(model, batches, optimizer, max_norm):
    optimizer.zero_grad()
    count = 0
    for _, targets in batches:
        count += int((targets != -100).sum())
    total = 0.0
    for inputs, targets in batches:
        logits = model(inputs)
        loss = F.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="sum") / count
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)
        total += loss.item()
    optimizer.step()
    return total
