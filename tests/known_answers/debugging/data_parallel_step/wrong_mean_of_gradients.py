# As DDP has it: the gradients' sum, divided by how many replicas there are
import torch


def data_parallel_step(models, optimizers, shards, loss_fn, all_reduce):
    losses, counts = [], []
    for model, optimizer, (inputs, targets) in zip(models, optimizers, shards):
        optimizer.zero_grad()
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        losses.append(loss.item() * len(targets))
        counts.append(len(targets))
    for parameters in zip(*[model.parameters() for model in models]):
        if parameters[0].grad is None:
            continue
        all_reduce([p.grad for p in parameters])
        for p in parameters:
            p.grad /= len(models)
    for optimizer in optimizers:
        optimizer.step()
    return sum(losses) / sum(counts)
