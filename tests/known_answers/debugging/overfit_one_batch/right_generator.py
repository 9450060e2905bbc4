# A generator of losses, which takes a step when the next one is asked for
from itertools import islice


def training(model, inputs, targets, loss_fn, optimizer):
    while True:
        loss = loss_fn(model(inputs), targets)
        yield loss.item()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def overfit_one_batch(model, loader, loss_fn, optimizer, steps, goal):
    model.train()
    batch = next(iter(loader))
    losses = []
    for loss in islice(training(model, *batch, loss_fn, optimizer), steps + 1):
        losses.append(loss)
        if loss < goal:
            break
    return losses[-1] < goal, losses
