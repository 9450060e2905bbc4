# Right: collects losses and sizes, weighs at the end.
def train_one_epoch(model, loader, loss_fn, optimizer):
    model.train(True)
    losses, sizes = [], []
    for inputs, targets in loader:
        loss = loss_fn(model(inputs), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        sizes.append(len(targets))
    return sum(l * s for l, s in zip(losses, sizes)) / sum(sizes)
