# The error of one example, mapped over the batch
import torch


def error(output, price):
    return output[0] - price


def fit_prices(model, loader, optimizer, epochs):
    model.train()
    losses = []
    for _ in range(epochs):
        squares = []
        for inputs, prices in loader:
            optimizer.zero_grad()
            errors = torch.vmap(error)(model(inputs), prices)
            squares.append(errors.detach() ** 2)
            (errors @ errors / errors.numel()).backward()
            optimizer.step()
        losses.append(torch.cat(squares).mean().item())
    return losses
