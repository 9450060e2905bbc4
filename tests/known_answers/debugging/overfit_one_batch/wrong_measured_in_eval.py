# Trains in training mode, and measures in evaluation mode
import torch


def overfit_one_batch(model, loader, loss_fn, optimizer, steps, goal):
    inputs, targets = next(iter(loader))

    def measure():
        model.eval()
        with torch.no_grad():
            loss = loss_fn(model(inputs), targets).item()
        model.train()
        return loss

    losses = [measure()]
    for _ in range(steps):
        if losses[-1] < goal:
            break
        optimizer.zero_grad()
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        optimizer.step()
        losses.append(measure())
    return losses[-1] < goal, losses
