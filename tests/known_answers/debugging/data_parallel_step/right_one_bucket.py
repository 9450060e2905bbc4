# All gradients in one bucket; counts and losses go through all_reduce, too
import torch


def gradients(model):
    return [p.grad for p in model.parameters() if p.grad is not None]


def data_parallel_step(models, optimizers, shards, loss_fn, all_reduce):
    totals = [inputs.new_tensor(float(len(targets))) for inputs, targets in shards]
    all_reduce(totals)
    losses, buckets = [], []
    for model, (inputs, targets), total in zip(models, shards, totals):
        for parameter in model.parameters():
            parameter.grad = None
        loss = loss_fn(model(inputs), targets) * (len(targets) / total)
        loss.backward()
        losses.append(loss.detach().clone())
        buckets.append(torch.cat([grad.flatten() for grad in gradients(model)]))
    all_reduce(buckets)
    all_reduce(losses)
    for model, optimizer, bucket in zip(models, optimizers, buckets):
        grads = gradients(model)
        for grad, piece in zip(grads, bucket.split([grad.numel() for grad in grads])):
            grad.copy_(piece.view(grad.shape))
        optimizer.step()
    return losses[-1].item()
