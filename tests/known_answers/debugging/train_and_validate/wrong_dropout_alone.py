# Switches Dropout alone off and on again
import torch


def train_and_validate(model, train_loader, val_loader, loss_fn, optimizer, epochs):
    model.train()
    val_losses = []
    for _ in range(epochs):
        for inputs, targets in train_loader:
            optimizer.zero_grad()
            loss_fn(model(inputs), targets).backward()
            optimizer.step()
        dropouts = [m for m in model.modules() if isinstance(m, torch.nn.Dropout)]
        for dropout in dropouts:
            dropout.eval()
        with torch.no_grad():
            losses = [loss_fn(model(inputs), targets).item() for inputs, targets in val_loader]
        for dropout in dropouts:
            dropout.train()
        val_losses.append(sum(losses) / len(losses))
    return val_losses
