"""How good a model is on examples that it was not trained on: the mean loss and the accuracy."""

import torch


def evaluate(model, loader, loss_fn):
    """Measure a classifier on all examples of a loader, and leave it as good as it was.

    The model is called once for each batch, in evaluation mode, whatever mode it comes in, and is
    left in evaluation mode. Autograd records nothing of that, and is switched on again afterwards.
    Apart from its mode, nothing of the model is changed, its gradients included.

    Args:
        model: gives raw scores of shape (N, C) for N inputs; it may hold Dropout and BatchNorm, and
            it may come in training mode. Its largest score is never reached twice by an example.
        loader: a DataLoader or a list, over all examples in batches (inputs, targets); at least one
            batch. inputs: shape (N, ...), float32 or float64, as the model. targets: the class of
            each example, shape (N,), int64. The last batch may be smaller than the others.
        loss_fn: `loss_fn(scores, targets)` is the mean loss over the examples of a batch.

    Returns:
        A tuple (loss, accuracy) of two Python floats, in which each example counts once. loss: the
        mean loss over all examples. accuracy: the share of examples whose largest score is that of
        their target, from 0 to 1.

    Example: three scores in a row; the right ones are 2, 2 and 0, and the model says 2, 1 and 1.
        >>> model = torch.nn.Identity()
        >>> first = torch.tensor([[0.0, 1.0, 3.0], [0.0, 2.0, 1.0]]), torch.tensor([2, 2])
        >>> second = torch.tensor([[1.0, 2.0, 0.0]]), torch.tensor([0])
        >>> loss, accuracy = evaluate(model, [first, second], torch.nn.MultiMarginLoss())
        >>> round(loss, 4), round(accuracy, 4)  # losses of 0, 2 / 3 and 2 / 3; one of three right
        (0.4444, 0.3333)

    Read: Autograd mechanics, "Evaluation Mode"
        https://docs.pytorch.org/docs/stable/notes/autograd.html#locally-disable-grad-doc
    """
    model.eval()
    total, right, examples = 0.0, 0, 0
    with torch.no_grad():
        for inputs, targets in loader:
            scores = model(inputs)
            total += loss_fn(scores, targets).item() * len(targets)
            right += (scores.argmax(dim=1) == targets).sum().item()
            examples += len(targets)
    return total / examples, right / examples


@torch.inference_mode()
def with_all_scores_at_once(model, loader, loss_fn):
    """Collect the scores of all batches, and compute one loss and one accuracy of them."""
    model.train(False)
    batches = [(model(inputs), targets) for inputs, targets in loader]
    scores, targets = (torch.cat(parts) for parts in zip(*batches, strict=True))
    return loss_fn(scores, targets).item(), (scores.argmax(1) == targets).float().mean().item()


@torch.no_grad()
def with_sums_on_the_device(model, loader, loss_fn):
    """Add up tensors, and ask for the numbers once, at the end."""
    model.eval()
    sums = 0
    for inputs, targets in loader:
        scores = model(inputs)
        correct = torch.eq(scores.max(dim=-1).indices, targets).double()
        loss = loss_fn(scores, targets).double().expand(len(targets))
        sums = sums + torch.stack([loss.sum(), correct.sum(), torch.ones_like(correct).sum()])
    loss, accuracy = (sums[:2] / sums[2]).tolist()
    return loss, accuracy


def with_a_mean_for_each_batch(model, loader, loss_fn):
    """Weigh each batch's two means by its share of the examples."""
    model = model.eval()
    sizes, means = [], []
    with torch.set_grad_enabled(False):
        for inputs, targets in loader:
            scores = model(inputs)
            accuracy = (targets == scores.topk(1).indices.squeeze(1)).float().mean()
            means.append((float(loss_fn(scores, targets)), float(accuracy)))
            sizes.append(inputs.shape[0])
    losses, accuracies = zip(*means, strict=True)
    count = sum(sizes)
    return (
        sum(size * loss for size, loss in zip(sizes, losses, strict=True)) / count,
        sum(size * share for size, share in zip(sizes, accuracies, strict=True)) / count,
    )
