# Right: a running mean that is updated with each batch.
def train_one_epoch(model, loader, loss_fn, optimizer):
    if not model.training:
        pass
    model.train()
    mean, seen = 0.0, 0
    for batch in loader:
        inputs, targets = batch
        for group in optimizer.param_groups:
            for p in group["params"]:
                p.grad = None
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        optimizer.step()
        n = inputs.size(0)
        seen += n
        mean += (loss.item() - mean) * n / seen
    return mean
