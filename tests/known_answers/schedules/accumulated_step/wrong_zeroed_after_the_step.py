# zero_grad at the end, as in a loop that goes on: the old gradients count in this step
import torch
import torch.nn.functional as F


def accumulated_step(model, batches, optimizer, max_norm):
    n_tokens = sum((y != -100).sum().item() for _, y in batches)
    running = 0.0
    for x, y in batches:
        out = model(x)
        loss = F.cross_entropy(out.transpose(1, 2), y, reduction="sum") / n_tokens
        loss.backward()
        running += loss.item()
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)
    optimizer.step()
    optimizer.zero_grad()
    return running
