# Takes gradients away after the step, so that old ones count in the first
def overfit_one_batch(model, loader, loss_fn, optimizer, steps, goal):
    model.train()
    inputs, targets = next(iter(loader))
    loss = loss_fn(model(inputs), targets)
    losses = [loss.item()]
    while losses[-1] >= goal and len(losses) <= steps:
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        loss = loss_fn(model(inputs), targets)
        losses.append(loss.item())
    return losses[-1] < goal, losses
