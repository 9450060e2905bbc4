# the loss of the last batch only
import torch


def evaluate(model, loader, loss_fn):
    model.eval()
    correct, total = 0, 0
    with torch.no_grad():
        for x, y in loader:
            out = model(x)
            loss = loss_fn(out, y).item()
            correct += (out.argmax(1) == y).sum().item()
            total += len(y)
    return loss, correct / total
