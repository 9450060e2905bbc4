# Frozen parameters get zeros for a gradient, which weight decay moves
import torch


def data_parallel_step(models, optimizers, shards, loss_fn, all_reduce):
    total = sum(len(targets) for _, targets in shards)
    mean_loss = 0.0
    for model, optimizer, (inputs, targets) in zip(models, optimizers, shards):
        optimizer.zero_grad()
        loss = loss_fn(model(inputs), targets) * len(targets) / total
        loss.backward()
        mean_loss += loss.item()
    for parameters in zip(*[model.parameters() for model in models]):
        for p in parameters:
            if p.grad is None:
                p.grad = torch.zeros_like(p)
        all_reduce([p.grad for p in parameters])
    for optimizer in optimizers:
        optimizer.step()
    return mean_loss
