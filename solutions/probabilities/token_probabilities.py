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
    softmax = nn.Softmax(dim=2)
    return softmax(scores) * is_token[:, :, None]


def counting_from_the_end(scores, is_token):
    """The classes are last, and `where` picks 0 at padding positions."""
    return torch.where(is_token.unsqueeze(-1), torch.softmax(scores, dim=-1), 0)


def one_row_per_token(scores, is_token):
    """Pick the scores of the tokens, a table, and put the probabilities back at their positions."""
    probabilities = torch.zeros_like(scores)
    probabilities[is_token] = scores[is_token].log_softmax(dim=1).exp()
    return probabilities


def sentence_by_sentence(scores, is_token):
    """Treat each sentence, and each position in it, by itself."""
    sentences = []
    for sentence, here in zip(scores, is_token, strict=True):
        rows = [
            place.softmax(dim=0) if token else place * 0
            for place, token in zip(sentence, here, strict=True)
        ]
        sentences.append(torch.stack(rows))
    return torch.stack(sentences)


def with_the_classes_first(scores, is_token):
    """Move the classes to the front, where `dim=0` finds them, and back."""
    moved = scores.movedim(2, 0)
    return (moved.softmax(dim=0) * is_token).movedim(0, 2)
