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
    costs = -logits.log_softmax(dim=1)
    return (target_probabilities * costs).sum(dim=1).mean()


def with_the_library(logits, target_probabilities):
    """Let the library do it: a float target of the shape of the scores is read as probabilities."""
    return F.cross_entropy(logits, target_probabilities)


def class_by_class(logits, target_probabilities):
    """The usual cross entropy, once as if each class were right, mixed as the targets say."""
    examples, classes = logits.shape
    losses = []
    for label in range(classes):
        target = torch.full((examples,), label, device=logits.device)
        costs = F.cross_entropy(logits, target, reduction="none")
        losses.append(target_probabilities[:, label] @ costs / examples)
    return torch.stack(losses).sum()


def from_the_expected_score(logits, target_probabilities):
    """How far the expected right score is below the logarithm of the sum of exponentials."""
    expected = torch.einsum("nc,nc->n", target_probabilities, logits)
    return (logits.logsumexp(dim=1) - expected).mean()


def as_divergence_and_entropy(logits, target_probabilities):
    """The divergence from the targets, and how unsure the targets are themselves."""
    divergence = F.kl_div(logits.log_softmax(1), target_probabilities, reduction="batchmean")
    entropy = -torch.xlogy(target_probabilities, target_probabilities).sum(dim=1).mean()
    return divergence + entropy
