"""Which token comes next? The loss of a language model on a batch of sentences."""

import torch
import torch.nn.functional as F


def language_model_loss(logits, tokens, pad):
    """Average the cross entropy with which a language model predicts the next token.

    The model has read B sentences of T tokens from left to right. Its scores at position t,
    `logits[b, t]`, are a prediction of the token at position t + 1 of the same sentence: a model
    that has to repeat what it has just read learns nothing. So nothing predicts the first token of
    a sentence, and the scores at its last position predict no token that we know; they do not
    count, and get the gradient 0.

    Shorter sentences are padded with the token `pad`, after their end or before their beginning. A
    prediction counts unless the token that it should predict is `pad`. Only that token matters:
    where the model has just read `pad` and a word follows, the prediction counts. The loss is the
    mean over all predictions of the batch that count, not the mean of the sentences' means.

    Args:
        logits: raw scores, shape (B, T, V): one for each word of a vocabulary of V, V at least
            2, float32 or float64, all finite. Do not modify them.
        tokens: the sentences, shape (B, T), int64 in [0, V), T at least 2; a row may be nothing but
            padding. Do not modify them.
        pad: the token used for padding, an integer in [0, V); at least one prediction counts. `pad`
            stays in the vocabulary: its score is part of the softmax of every prediction, like that
            of any word.

    Returns:
        The loss, a scalar tensor (shape `()`) of the dtype of `logits`; gradients flow back from it
        to `logits`.

    Example: 1 should follow after 0, and 0 after 1; then comes padding, which does not count.
        >>> scores = [[0.0, 2.0, 0.0], [0.0, 2.0, -99.0], [9.0, 0.0, 0.0], [0.0, 9.0, 0.0]]
        >>> tokens = torch.tensor([[0, 1, 0, 2]])
        >>> language_model_loss(torch.tensor([scores]), tokens, pad=2)
        tensor(1.1832)

    Read: torch.nn.CrossEntropyLoss, "Shape"
        https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
    """
    predictions, following = logits[:, :-1], tokens[:, 1:]
    return F.cross_entropy(predictions.transpose(1, 2), following, ignore_index=pad)


def as_a_list_of_predictions(logits, tokens, pad):
    """Forget which sentence a prediction is from, once it has met its token."""
    predictions, following = logits[:, :-1].flatten(0, 1), tokens[:, 1:].flatten()
    return F.cross_entropy(predictions, following, ignore_index=pad)


def of_those_that_count(logits, tokens, pad):
    """Pick the predictions with a mask over sentences and positions."""
    following = tokens[:, 1:]
    counts = following != pad
    return F.cross_entropy(logits[:, :-1][counts], following[counts])


def with_a_class_weight(logits, tokens, pad):
    """All words weigh 1 and padding 0; the weighted mean divides by the sum of these weights."""
    weight = torch.ones_like(logits[0, 0])
    weight[pad] = 0
    predictions = logits[:, :-1].reshape(-1, logits.shape[-1])
    return F.cross_entropy(predictions, tokens[:, 1:].reshape(-1), weight=weight)


def with_labels_of_the_same_length(logits, tokens, pad):
    """Let padding follow after the last token, and use all positions."""
    labels = torch.full_like(tokens, pad)
    labels[:, :-1] = tokens[:, 1:]
    picked = logits.log_softmax(dim=-1).gather(2, labels.unsqueeze(2)).squeeze(2)
    mask = (labels != pad).to(logits.dtype)
    return -(picked * mask).sum() / mask.sum()
