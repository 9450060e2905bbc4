# Each replica steps alone, and the parameters are averaged afterwards (federated averaging)
import torch


def data_parallel_step(models, optimizers, shards, loss_fn, all_reduce):
    total = sum(len(targets) for _, targets in shards)
    mean_loss = 0.0
    for model, optimizer, (inputs, targets) in zip(models, optimizers, shards):
        optimizer.zero_grad()
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        optimizer.step()
        mean_loss += loss.item() * len(targets) / total
    with torch.no_grad():
        for parameters in zip(*[model.parameters() for model in models]):
            if not parameters[0].requires_grad:
                continue
            parts = [p * len(shard[1]) / total for p, shard in zip(parameters, shards)]
            all_reduce(parts)
            for p, part in zip(parameters, parts):
                p.copy_(part)
    return mean_loss
