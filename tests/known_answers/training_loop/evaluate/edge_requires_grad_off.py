# the parameters are frozen in place of no_grad, and left so
import torch


def evaluate(model, loader, loss_fn):
    model.eval()
    for p in model.parameters():
        p.requires_grad_(False)
    loss = correct = total = 0
    for x, y in loader:
        out = model(x)
        loss += loss_fn(out, y).item() * len(y)
        correct += (out.argmax(1) == y).sum().item()
        total += len(y)
    return loss / total, correct / total
