"""A tagger's probabilities: which scores compete with each other?"""

import torch
from torch import nn


def token_probabilities(scores, is_token):
    """Give each token of each sentence its probabilities over the classes.

    The exercise starts with a version of this function that has one bug. What it says about a
    token depends on the other sentences that happen to be in the batch, and where the batch is a
    single sentence, every class of every token has the probability 1. How it treats places without
    a token is right. Find the bug, and mend it.

    The probabilities of a token are what softmax makes of its own scores: they are above 0, they
    sum to 1, and nothing else in the batch has a say in them. Short sentences are filled up to the
    length of the longest; a place that is only filled up is no token, and gets 0 for every class.

    Args:
        scores: a raw score for each of N sentences, T places and C classes, shape (N, T, C); any
            finite numbers, also where there is no token.
        is_token: True where there is a token, shape (N, T), dtype bool.

    Returns:
        The probabilities, of the shape and dtype of `scores`; gradients flow back through them to
        `scores`. `scores` and `is_token` stay as they are.

    Example: one sentence of two tokens, filled up to three.
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
