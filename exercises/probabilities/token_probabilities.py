"""A tagger's probabilities: which scores compete with each other?"""

import torch
from torch import nn


def token_probabilities(scores, is_token):
    """Give each token of each sentence its probabilities over the classes.

    The exercise starts with a version of this function that has one bug. The probabilities of a
    token depend on the other sentences that happen to be in the batch, and if the batch is a single
    sentence, every class of every token has the probability 1. How it treats padding is right. Find
    the bug and fix it.

    The probabilities of a token are the softmax of its own scores: they are between 0 and 1, they
    sum to 1, and they do not depend on anything else in the batch. Sentences are padded
    to T positions, at their end or in front; a padding position is not a token, and gets 0 for
    every class. A sentence may have no token at all.

    Args:
        scores: a raw score for each of N sentences, T positions and C classes, shape (N, T, C),
            C at least 2, float32 or float64; any finite numbers, also at padding positions.
        is_token: True where there is a token, False at padding positions, shape (N, T), dtype bool.

    Returns:
        The probabilities, of the shape and dtype of `scores`; gradients flow back through them to
        `scores`. Do not modify `scores` or `is_token`.

    Example: one sentence of two tokens, padded to three positions.
        >>> scores = torch.tensor([[[0.0, 2.0], [1.0, 1.0], [5.0, 0.0]]])
        >>> token_probabilities(scores, torch.tensor([[True, True, False]]))
        tensor([[[0.1192, 0.8808],
                 [0.5000, 0.5000],
                 [0.0000, 0.0000]]])

    Read: torch.nn.Softmax
        https://docs.pytorch.org/docs/stable/generated/torch.nn.Softmax.html
    """
    softmax = nn.Softmax()
    return softmax(scores) * is_token[:, :, None]
