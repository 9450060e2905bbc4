# weighs each mean by its count: a micro-batch of nothing but padding is nan times 0
import torch
import torch.nn.functional as F


def accumulated_step(model, batches, optimizer, max_norm):
    counts = [(targets != -100).sum().item() for _, targets in batches]
    total = sum(counts)
    optimizer.zero_grad()
    value = 0.0
    for (inputs, targets), count in zip(batches, counts):
        logits = model(inputs)
        mean = F.cross_entropy(logits.flatten(0, 1), targets.flatten())
        loss = mean * (count / total)
        loss.backward()
        value += loss.item()
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)
    optimizer.step()
    return value
