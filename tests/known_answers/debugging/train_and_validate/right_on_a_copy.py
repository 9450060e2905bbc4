# Validates a copy, and leaves the model in training mode
import copy

import torch


def train_and_validate(model, train_loader, val_loader, loss_fn, optimizer, epochs):
    model.train()
    val_losses = []
    for _ in range(epochs):
        for inputs, targets in train_loader:
            optimizer.zero_grad()
            loss_fn(model(inputs), targets).backward()
            optimizer.step()
        frozen = copy.deepcopy(model).eval()
        with torch.no_grad():
            losses = [loss_fn(frozen(inputs), targets).item() for inputs, targets in val_loader]
        val_losses.append(sum(losses) / len(losses))
    return val_losses
