# The shapes are fixed, and the mean over batches is new
def fit_prices(model, loader, optimizer, epochs):
    model.train()
    losses = []
    for _ in range(epochs):
        total = 0.0
        for inputs, prices in loader:
            optimizer.zero_grad()
            errors = model(inputs).squeeze(1) - prices
            loss = errors.square().mean()
            loss.backward()
            optimizer.step()
            total += loss.item()
        losses.append(total / len(loader))
    return losses
