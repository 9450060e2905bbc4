# Only the first optimizer steps, and its model is copied to the others
import torch


def data_parallel_step(models, optimizers, shards, loss_fn, all_reduce):
    total = sum(len(targets) for _, targets in shards)
    mean_loss = 0.0
    for model, (inputs, targets) in zip(models, shards):
        model.zero_grad()
        loss = loss_fn(model(inputs), targets) * len(targets) / total
        loss.backward()
        mean_loss += loss.item()
    for parameters in zip(*[model.parameters() for model in models]):
        if parameters[0].requires_grad:
            all_reduce([p.grad for p in parameters])
    optimizers[0].step()
    for model in models[1:]:
        model.load_state_dict(models[0].state_dict())
    return mean_loss
