"""One number of each row, at another place in each: how do you index for that?"""

import torch


def target_scores(scores, target):
    """Pick the score of one class from each row: that of the row's own target.

    Row n belongs to example n, and has a score for each class. `target[n]` is the class that
    example n really is, so what is asked for is `scores[n, target[n]]`, for all n. Most losses for
    classes begin with this.

    Args:
        scores: shape (N, C), C at least 2, float32 or float64, some of them -inf (classes that are
            ruled out; the target may be one). Do not modify them.
        target: a class index for each row, shape (N,), int64, in [0, C). Do not modify them.

    Returns:
        The scores of the targets, shape (N,), of the dtype of `scores`; gradients flow back through
        them to `scores`.

    Example:
        >>> scores = torch.tensor([[0.1, 0.2, 0.3], [1.0, 2.0, 3.0]])
        >>> target_scores(scores, torch.tensor([2, 0]))
        tensor([0.3000, 1.0000])

    Read: torch.gather
        https://docs.pytorch.org/docs/stable/generated/torch.gather.html
    """
    raise NotImplementedError
