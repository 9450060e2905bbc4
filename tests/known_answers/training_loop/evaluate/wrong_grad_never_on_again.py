# set_grad_enabled(False), and never on again
import torch


def evaluate(model, loader, loss_fn):
    model.eval()
    torch.set_grad_enabled(False)
    loss_sum = 0.0
    correct = 0
    n = 0
    for inputs, targets in loader:
        scores = model(inputs)
        loss_sum += loss_fn(scores, targets).item() * targets.shape[0]
        correct += torch.sum(scores.argmax(1) == targets).item()
        n += targets.shape[0]
    return loss_sum / n, correct / n
