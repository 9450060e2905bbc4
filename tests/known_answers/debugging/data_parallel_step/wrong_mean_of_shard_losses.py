# The gradients are weighted by the shards' sizes, the loss that is reported is not
import torch


def data_parallel_step(models, optimizers, shards, loss_fn, all_reduce):
    world_size = len(models)
    total = sum(len(targets) for _, targets in shards)
    losses = []
    for model, optimizer, (inputs, targets) in zip(models, optimizers, shards):
        optimizer.zero_grad()
        loss = loss_fn(model(inputs), targets)
        (loss * len(targets) / total).backward()
        losses.append(loss.detach())
    for parameters in zip(*[model.parameters() for model in models]):
        grads = [p.grad for p in parameters if p.grad is not None]
        if grads:
            all_reduce(grads)
    for optimizer in optimizers:
        optimizer.step()
    all_reduce(losses)
    return losses[0].item() / world_size
