# each micro-batch's mean, divided by the number of micro-batches
import torch
import torch.nn.functional as F


def accumulated_step(model, batches, optimizer, max_norm):
    optimizer.zero_grad()
    total_loss = 0.0
    for inputs, targets in batches:
        logits = model(inputs)
        loss = F.cross_entropy(logits.view(-1, logits.size(-1)), targets.view(-1), ignore_index=-100)
        loss = loss / len(batches)
        loss.backward()
        total_loss += loss.item()
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)
    optimizer.step()
    return total_loss
