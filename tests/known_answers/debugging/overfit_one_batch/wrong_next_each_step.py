# Takes a first batch again in each step, which is another one where the loader shuffles
def overfit_one_batch(model, loader, loss_fn, optimizer, steps, goal):
    model.train()
    losses = []
    for step in range(steps + 1):
        inputs, targets = next(iter(loader))
        loss = loss_fn(model(inputs), targets)
        losses.append(loss.item())
        if losses[-1] < goal or step == steps:
            break
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return losses[-1] < goal, losses
