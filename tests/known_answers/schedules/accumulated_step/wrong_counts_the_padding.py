# the sum is divided by all targets, those of -100 too
import torch
import torch.nn.functional as F


def accumulated_step(model, batches, optimizer, max_norm):
    optimizer.zero_grad()
    n = sum(targets.numel() for _, targets in batches)
    total_loss = 0
    for inputs, targets in batches:
        outputs = model(inputs)
        loss = F.cross_entropy(outputs.permute(0, 2, 1), targets, ignore_index=-100, reduction="sum")
        (loss / n).backward()
        total_loss += loss.item()
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)
    optimizer.step()
    return total_loss / n
