"""A target that is not sure either: cross entropy with probabilities instead of classes."""

import torch
import torch.nn.functional as F


def soft_cross_entropy(logits, target_probabilities):
    """Average the cross entropy over a batch whose targets are probabilities.

    Annotators disagree, images are mixed, a teacher model hands on what it believes: then the
    target of an example says how probable each class is. Its loss is the average of what each class
    would cost if it were the right one (minus the natural logarithm of the probability that softmax
    gives to it), where each class counts as much as it is probable. The batch has the mean over its
    examples.

    With all the probability on one class this is the usual cross entropy. Loss and gradient are
    also right where the model is very sure and wrong, with scores that lie 150 apart.

    Args:
        logits: raw scores, shape (N, C), float32 or float64. They stay as they are.
        target_probabilities: shape (N, C), of the dtype of `logits`, each 0 or above; each row sums
            to 1. They stay as they are.

    Returns:
        The loss, a tensor without dimensions and of the dtype of `logits`, from which gradients
        flow back to `logits`.

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
