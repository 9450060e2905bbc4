"""A weight for each example: how much it has to say in the loss of its batch."""

import torch
import torch.nn.functional as F


def batch_loss(logits, target, sample_weight):
    """Average the cross entropy over a batch in which each example has its own weight.

    The cross entropy of each example is multiplied by its weight, and the sum of all that is
    divided by N, the number of examples, not by the sum of the weights. So if all weights are 1,
    the loss is the plain mean. An example of weight 2 pulls twice as hard, one of weight 0 not at
    all, and how hard an example pulls does not depend on the weights of the others. (Class weights
    are different: cross_entropy/weighted_mean divides by their sum.)

    Args:
        logits: raw scores, shape (N, C), C at least 2, float32 or float64. Do not modify them.
        target: the class of each example, shape (N,), int64 in [0, C).
        sample_weight: the weight of each example, shape (N,), 0 or above, of the dtype of `logits`;
            all of them may be 0, and then so are the loss and the gradient. Do not modify it.

    Returns:
        The loss, a scalar tensor (shape `()`) of the dtype of `logits`; gradients flow back from it
        to `logits`.

    Example: the losses are 0.1269, 2.1269 and 0.1269; the last one is left out.
        >>> logits = torch.tensor([[2.0, 0.0], [2.0, 0.0], [2.0, 0.0]])
        >>> batch_loss(logits, torch.tensor([0, 1, 0]), torch.tensor([1.0, 3.0, 0.0]))
        tensor(2.1692)

    Read: torch.nn.CrossEntropyLoss, "reduction"
        https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
    """
    losses = F.cross_entropy(logits, target, reduction="none")
    return (sample_weight * losses).mean()


def as_a_product(logits, target, sample_weight):
    """Multiply and add up in one, then divide."""
    losses = F.cross_entropy(logits, target, reduction="none")
    return torch.dot(losses, sample_weight) / len(target)


def with_probability_targets(logits, target, sample_weight):
    """Targets that are probabilities may weigh more or less than 1; their mean divides by N."""
    one_hot = F.one_hot(target, logits.shape[1])
    return F.cross_entropy(logits, one_hot * sample_weight[:, None])


def from_log_probabilities(logits, target, sample_weight):
    """Pick the log probabilities, and take the mean of weighted ones."""
    picked = logits.log_softmax(dim=1).gather(1, target[:, None]).squeeze(1)
    return -torch.einsum("n,n->", picked, sample_weight / len(sample_weight))
