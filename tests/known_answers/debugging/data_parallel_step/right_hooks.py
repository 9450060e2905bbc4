# Hooks gather each gradient as it arrives, and the last one adds them up
import torch


def data_parallel_step(models, optimizers, shards, loss_fn, all_reduce):
    arrived, handles = {}, []

    def hook_of(position):
        def hook(parameter):
            grads = arrived.setdefault(position, [])
            grads.append(parameter.grad)
            if len(grads) == len(models):
                all_reduce(grads)

        return hook

    for model in models:
        model.zero_grad()
        for position, parameter in enumerate(model.parameters()):
            if parameter.requires_grad:
                hook = hook_of(position)
                handles.append(parameter.register_post_accumulate_grad_hook(hook))
    total = sum(len(targets) for _, targets in shards)
    result = 0.0
    for model, (inputs, targets) in zip(models, shards):
        loss = loss_fn(model(inputs), targets)
        (loss * (len(targets) / total)).backward()
        result += loss.item() * len(targets) / total
    for handle in handles:
        handle.remove()
    for optimizer in optimizers:
        optimizer.step()
    return result
