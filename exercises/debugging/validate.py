"""The scores of a tutorial's model on all validation images."""

import torch


def validate(model, loader):
    """Compute the scores of a classifier for all inputs of a loader, and the accuracy.

    The exercise starts with a version of this function that has one bug: all numbers that it
    returns are right, but memory grows with each batch. With 100 batches it holds 100 times as many
    numbers as with one, those of all hidden layers, and it is still so while the scores are kept.
    In a `backward()` of a loss that uses them, gradients arrive in the model. Find the bug and fix
    it.

    Args:
        model: gives raw scores of shape (N, C) for N inputs; it may hold Dropout and BatchNorm, and
            it may come in training mode. It is called once for each batch, in evaluation mode, and
            is left in evaluation mode. Nothing else of it changes, its gradients included.
        loader: a DataLoader or a list of at least one batch (inputs, targets). inputs: shape
            (N, ...), float32 or float64, as the model. targets: the class of each example, shape
            (N,), int64. The last batch may be smaller than the others.

    Returns:
        A tuple (scores, accuracy). scores: of all inputs in the order of the loader, a tensor of
        the dtype of the model and of shape (M, C), M being the number of examples; nothing else is
        kept in memory with it, so it is no view of a larger tensor. accuracy: the share of examples
        whose largest score is that of their target, a Python float. Autograd is on when the
        function is called; it records nothing of all this, and is on again afterwards.

    Example:
        >>> model = torch.nn.Linear(2, 2, bias=False)
        >>> _ = torch.nn.init.eye_(model.weight)
        >>> first = torch.tensor([[1.0, 0.0], [0.0, 2.0]]), torch.tensor([0, 1])
        >>> second = torch.tensor([[3.0, 0.0]]), torch.tensor([1])
        >>> scores, accuracy = validate(model, [first, second])
        >>> scores
        tensor([[1., 0.],
                [0., 2.],
                [3., 0.]])
        >>> round(accuracy, 4)
        0.6667

    Read: Frequently Asked Questions, "My model reports 'cuda runtime error(2): out of memory'"
        https://docs.pytorch.org/docs/stable/notes/faq.html
    """
    model.eval()
    outputs, right = [], 0
    for inputs, targets in loader:
        scores = model(inputs)
        outputs.append(scores)
        right += (scores.argmax(dim=1) == targets).sum().item()
    scores = torch.cat(outputs)
    return scores, right / len(scores)
