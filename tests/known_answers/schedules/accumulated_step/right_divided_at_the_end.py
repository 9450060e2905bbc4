# sums of picked log-probabilities; the gradients are divided once all are there
import torch


def accumulated_step(model, batches, optimizer, max_norm):
    optimizer.zero_grad()
    total, count = 0.0, 0
    for inputs, targets in batches:
        kept = targets != -100
        if not kept.any():
            continue
        log_probs = model(inputs).log_softmax(dim=-1)[kept]
        loss = -log_probs.gather(1, targets[kept].unsqueeze(1)).sum()
        loss.backward()
        total += loss.item()
        count += int(kept.sum())
    params = [p for group in optimizer.param_groups for p in group["params"]]
    for p in params:
        if p.grad is not None:
            p.grad /= count
    torch.nn.utils.clip_grad_norm_(params, max_norm)
    optimizer.step()
    return total / count
