"""One step on several processors, each with a part of the batch."""

import torch


def data_parallel_step(models, optimizers, shards, loss_fn, all_reduce):
    """Take one step of data-parallel training, in which all replicas stay alike.

    The batch is split into shards, one for each replica of a model. In practice each replica is on
    a processor of its own; here they are all in one process, in lists. The step is that which one
    model would take on the whole batch, by the mean loss over all examples, and each replica ends
    up with the same parameters. The shards may have unequal sizes: then the mean of their losses is
    not the mean over all examples.

    Each replica's gradients come from its own shard, and each optimizer takes one step. Gradients
    pass from one replica to another through `all_reduce` alone. There may be old gradients, which
    do not count, and frozen parameters, which do not move.

    Args:
        models: a list of at least one replica: modules with equal layers and numbers, float32 or
            float64, that have neither buffers nor Dropout.
        optimizers: one for each replica, a list; they are of one kind, with equal settings.
        shards: one for each replica, a list of pairs (inputs, targets), the inputs of the dtype of
            the models. A shard has at least one example; `len(targets)` is how many.
        loss_fn: `loss_fn(outputs, targets)` is the mean over the examples that it gets.
        all_reduce: `all_reduce(tensors)` takes a list of tensors of one shape, one of each replica.
            It adds them up and writes the sum into each of them, in place. It returns None.

    Returns:
        The mean loss over all examples of the batch, before the step, a Python float.

    Example: one example is in the first shard, and three are in the second.
        >>> from torch import nn, ones, optim, tensor
        >>> def all_reduce(tensors):
        ...     total = sum(tensors)
        ...     for one in tensors:
        ...         one.copy_(total)
        >>> models = [nn.Linear(1, 1, bias=False) for _ in range(2)]
        >>> _ = [nn.init.zeros_(model.weight) for model in models]
        >>> optimizers = [optim.SGD(model.parameters(), lr=0.25) for model in models]
        >>> shards = [(ones(1, 1), tensor([[5.0]])), (ones(3, 1), ones(3, 1))]
        >>> data_parallel_step(models, optimizers, shards, nn.MSELoss(), all_reduce)  # (25 + 3) / 4
        7.0
        >>> [model.weight.item() for model in models]  # 0.5 * the mean target, 2
        [1.0, 1.0]

    Read: Distributed Data Parallel, "Internal Design"
        https://docs.pytorch.org/docs/stable/notes/ddp.html#internal-design
    """
    raise NotImplementedError
