# mse_loss instead of the square: it broadcasts, too, with a warning
import torch.nn.functional as F


def fit_prices(model, loader, optimizer, epochs):
    model.train()
    losses = []
    for _ in range(epochs):
        total, count = 0.0, 0
        for inputs, prices in loader:
            optimizer.zero_grad()
            loss = F.mse_loss(model(inputs), prices)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(prices)
            count += len(prices)
        losses.append(total / count)
    return losses
