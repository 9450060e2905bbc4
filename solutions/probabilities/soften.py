"""Temperature: the same order of the classes, more or less sure of it."""

import torch


def soften(logits, temperature):
    """Turn raw scores into probabilities that a temperature makes more or less even.

    The temperature changes how much a lead counts: at temperature 2, a score that is 6 above
    another counts as plain softmax counts a lead of 3, and at temperature 0.5 as it counts a lead
    of 12. So temperature 1 is plain softmax over the classes; a higher one makes the probabilities
    of a row more even, and one near 0 gives nearly all the probability to the best class.

    Args:
        logits: raw scores from -1000 to 1000, shape (N, C), C at least 2, float32 or float64;
            less than 20 apart within a row.
        temperature: a number from 0.25 to 100.

    Returns:
        The probabilities, of the shape and dtype of `logits`; each row sums to 1. Gradients flow
        back through them to `logits`. Do not modify `logits`.

    Example:
        >>> soften(torch.tensor([[6.0, 0.0], [0.0, 1.0]]), 2.0)
        tensor([[0.9526, 0.0474],
                [0.3775, 0.6225]])
        >>> soften(torch.tensor([[3.0, 0.0], [0.0, 0.5]]), 1.0)
        tensor([[0.9526, 0.0474],
                [0.3775, 0.6225]])

    Read: torch.nn.Softmax
        https://docs.pytorch.org/docs/stable/generated/torch.nn.Softmax.html
    """
    return (logits / temperature).softmax(dim=1)


def from_powers_of_probabilities(logits, temperature):
    """A root makes the probabilities more even; then they need a new sum."""
    powers = torch.softmax(logits, dim=-1) ** (1 / temperature)
    return torch.nn.functional.normalize(powers, p=1.0, dim=-1)


def from_log_probabilities(logits, temperature):
    """Logarithms of probabilities are scores too, moved by the same number in a whole row."""
    return (logits.log_softmax(dim=1) / temperature).softmax(dim=1)


def from_leads(logits, temperature):
    """Measure how far each score is below the best of its row."""
    leads = (logits - logits.amax(dim=1, keepdim=True)) / temperature
    exponentials = leads.exp()
    return exponentials / exponentials.sum(dim=1, keepdim=True)
