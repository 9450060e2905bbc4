# freezes all parameters to record nothing, and thaws those too that came frozen
import torch


def evaluate(model, loader, loss_fn):
    model.eval()
    for p in model.parameters():
        p.requires_grad_(False)
    loss, correct, n = 0.0, 0, 0
    with torch.no_grad():
        for inputs, targets in loader:
            scores = model(inputs)
            loss += loss_fn(scores, targets).item() * len(targets)
            correct += (scores.argmax(dim=1) == targets).sum().item()
            n += len(targets)
    for p in model.parameters():
        p.requires_grad_(True)
    return loss / n, correct / n
