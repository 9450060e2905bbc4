# It puts the model into training mode: a model that comes in evaluation mode must be left in it.
import torch
import torch.nn.functional as F


def accumulated_step(model, batches, optimizer, max_norm):
    model.train()
    optimizer.zero_grad(set_to_none=True)
    n_valid = sum((t != -100).sum().item() for _, t in batches)
    running_loss = 0.0
    for inputs, targets in batches:
        logits = model(inputs)
        loss = F.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=-100, reduction="sum") / n_valid
        loss.backward()
        running_loss += loss.item()
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)
    optimizer.step()
    return running_loss
