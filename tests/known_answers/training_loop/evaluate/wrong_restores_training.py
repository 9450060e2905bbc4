# back in training mode at the end
import torch


def evaluate(model, loader, loss_fn):
    model.eval()
    loss = correct = total = 0
    with torch.no_grad():
        for x, y in loader:
            out = model(x)
            loss += loss_fn(out, y).item() * len(y)
            correct += (out.argmax(1) == y).sum().item()
            total += len(y)
    model.train()
    return loss / total, correct / total
