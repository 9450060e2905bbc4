"""A target that is not sure either: cross entropy with probabilities instead of classes."""

import torch
import torch.nn.functional as F


def soft_cross_entropy(logits, target_probabilities):
    """Average the cross entropy over a batch whose targets are probabilities.

    If annotators disagree, if images are mixed, or if a teacher model passes on its own
    probabilities, the target of an example says how probable each class is. The cost of a class is
    minus the natural logarithm of the probability that softmax gives to it. The loss of an example
    is the sum of the costs of all classes, each multiplied by the probability that the target gives
    to that class. The loss of the batch is the mean over its examples.

    With all the probability on one class this is the usual cross entropy. Loss and gradient must
    also be right when the model is very sure and wrong, with scores that are 150 apart.

    Args:
        logits: raw scores, shape (N, C), C at least 2, float32 or float64. Do not modify them.
        target_probabilities: shape (N, C), of the dtype of `logits`, each 0 or above; each row sums
            to 1. Do not modify them.

    Returns:
        The loss, a scalar tensor (shape `()`) of the dtype of `logits`; gradients flow back from it
        to `logits`.

    Example: class 0 costs 0.1269, class 1 costs 2.1269.
        >>> logits = torch.tensor([[2.0, 0.0]])
        >>> soft_cross_entropy(logits, torch.tensor([[1.0, 0.0]]))
        tensor(0.1269)
        >>> soft_cross_entropy(logits, torch.tensor([[0.75, 0.25]]))
        tensor(0.6269)

    Read: torch.nn.CrossEntropyLoss, "Probabilities for each class"
        https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
    """
    raise NotImplementedError
