# a forward for the loss, another for the accuracy
import torch


def evaluate(model, loader, loss_fn):
    model.eval()
    loss = correct = total = 0
    with torch.no_grad():
        for x, y in loader:
            loss += loss_fn(model(x), y).item() * len(y)
            correct += (model(x).argmax(1) == y).sum().item()
            total += len(y)
    return loss / total, correct / total
