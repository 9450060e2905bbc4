# The loss before each step, and none after the last one
def overfit_one_batch(model, loader, loss_fn, optimizer, steps, goal):
    model.train()
    inputs, targets = next(iter(loader))
    losses = []
    for _ in range(steps):
        loss = loss_fn(model(inputs), targets)
        losses.append(loss.item())
        if loss.item() < goal:
            return True, losses
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return False, losses
