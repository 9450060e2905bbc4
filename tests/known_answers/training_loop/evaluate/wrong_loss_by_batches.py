# the loss as in the quickstart: divided by the number of batches
import torch


def evaluate(model, loader, loss_fn):
    num_batches = len(loader)
    size = 0
    model.eval()
    test_loss, correct = 0, 0
    with torch.no_grad():
        for X, y in loader:
            pred = model(X)
            test_loss += loss_fn(pred, y).item()
            correct += (pred.argmax(1) == y).type(torch.float).sum().item()
            size += len(y)
    test_loss /= num_batches
    correct /= size
    return test_loss, correct
