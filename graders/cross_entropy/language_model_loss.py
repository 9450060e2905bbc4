import torch
import torch.nn.functional as F

from torchkata import Grader, value_and_gradient

grader = Grader(
    points=3,
    level=3,
    after=("cross_entropy/masked_cross_entropy", "probabilities/class_probabilities"),
    hints=(
        "Write down a sentence of four tokens. Which positions predict something, and what?",
        "The predictions are `logits` without the last position, and what they should predict is "
        "`tokens` without the first.",
        "F.cross_entropy wants the vocabulary in dimension 1, or a flat list of predictions; "
        "padding is a target to ignore.",
    ),
)


@grader.observe
def loss_and_gradient(answer, logits, tokens, pad):
    return value_and_gradient(answer, "loss", logits=logits, tokens=tokens, pad=pad)


@grader.case
def filled_up_at_the_end():
    """3 sentences of 7, 4 and 2 tokens and a vocabulary of 9, padded with the token 0."""
    tokens = torch.randint(1, 9, (3, 7))
    tokens[1, 4:] = tokens[2, 2:] = 0
    return 2 * torch.randn(3, 7, 9), tokens, 0


@grader.case
def filled_up_at_the_beginning():
    """2 sentences of 6 and 3 tokens and a vocabulary of 8, padded with the token 7; once padding is
    predicted instead of a word, 150 above it, and once a word so well that its loss is 0."""
    tokens = torch.tensor([[3, 0, 5, 1, 1, 6], [7, 7, 7, 2, 0, 4]])
    logits = torch.randn(2, 6, 8)
    logits[0, 2, 7] += 150
    logits[1, 3, 0] += 150
    return logits, tokens, 7


@grader.case
def as_many_tokens_as_words():
    """3 sentences of 5, 5 and 4 tokens and a vocabulary of 5; the token 4 is padding."""
    tokens = torch.randint(4, (3, 5))
    tokens[2, 4] = 4
    return 2 * torch.randn(3, 5, 5), tokens, 4


@grader.case
def as_many_predictions_as_words():
    """4 sentences of 5, 2, 4 and 3 tokens and a vocabulary of 4; the token 2 is padding."""
    tokens = torch.tensor([0, 1, 3])[torch.randint(3, (4, 5))]
    tokens[1, 2:] = tokens[2, 4:] = tokens[3, 3:] = 2
    return 2 * torch.randn(4, 5, 4), tokens, 2


@grader.case
def one_short_sentence():
    """One sentence of 2 tokens and a vocabulary of 2, in float64: a single prediction."""
    return torch.randn(1, 2, 2, dtype=torch.float64), torch.tensor([[1, 1]]), 0


@grader.case
def a_sentence_that_predicts_nothing():
    """4 sentences of 4, 1, 2 and no tokens in 6 positions and a vocabulary of 7; the token 3 is
    padding."""
    words = [0, 6, 2, 5, 3, 3], [4, 3, 3, 3, 3, 3], [1, 1, 3, 3, 3, 3], [3] * 6
    return 2 * torch.randn(4, 6, 7), torch.tensor(words), 3


@grader.case
def as_in_the_docstring():
    """The example of the docstring: one sentence of 3 tokens in 4 positions."""
    scores = [[0.0, 2.0, 0.0], [0.0, 2.0, -99.0], [9.0, 0.0, 0.0], [0.0, 9.0, 0.0]]
    return torch.tensor([scores]), torch.tensor([[0, 1, 0, 2]]), 2


@grader.case
def one_sentence_filled_up():
    """A single sentence of 3 tokens in 5 positions; the token 0 is padding."""
    return torch.randn(1, 5, 6), torch.tensor([[4, 1, 5, 0, 0]]), 0


from graders._shared import RETURNS_A_NUMBER, changed_in_place
from graders.cross_entropy._shared import (
    APPLIES_SOFTMAX_FIRST,
    TAKES_THE_LOGARITHM_OF_SOFTMAX,
    adds_a_small_number,
    clamps_the_probability,
)


@grader.misconception
def does_not_shift(logits, tokens, pad):
    """Here each position predicts the token that the model has just read at it. Compare the scores
    at position t with the token at t + 1: `logits[:, :-1]` with `tokens[:, 1:]`."""
    return F.cross_entropy(logits.transpose(1, 2), tokens, ignore_index=pad)


@grader.misconception
def shifts_backwards(logits, tokens, pad):
    """Here each position predicts the token before it, which the model has read already. It is the
    logits that lose their last position, and the tokens their first."""
    predictions = logits[:, 1:].transpose(1, 2)
    return F.cross_entropy(predictions, tokens[:, :-1], ignore_index=pad)


@grader.misconception
def shifts_twice(logits, tokens, pad):
    """Here each position predicts the token two places on, as it does where both the loss and what
    was given to it have been shifted. Shift once."""
    predictions = logits[:, :-2].transpose(1, 2)
    return F.cross_entropy(predictions, tokens[:, 2:], ignore_index=pad)


@grader.misconception
def leaves_out_the_first_prediction(logits, tokens, pad):
    """The first position predicts the second token, and that counts too. Only the first token has
    nothing that predicts it."""
    predictions = logits[:, 1:-1].transpose(1, 2)
    return F.cross_entropy(predictions, tokens[:, 2:], ignore_index=pad)


@grader.misconception
def rolls_the_first_token_to_the_end(logits, tokens, pad):
    """The first token is brought to the end here, as `roll` does, and so the last position has to
    predict how its sentence began. Leave the last position out."""
    following = tokens.roll(-1, dims=1)
    return F.cross_entropy(logits.transpose(1, 2), following, ignore_index=pad)


@grader.misconception
def flattens_before_it_shifts(logits, tokens, pad):
    """Flattened first, the end of a sentence has to predict the beginning of the next one. Shift
    within each sentence, along dimension 1, and flatten afterwards."""
    predictions, following = logits.flatten(0, 1)[:-1], tokens.flatten()[1:]
    return F.cross_entropy(predictions, following, ignore_index=pad)


@grader.misconception
def shifts_the_sentences(logits, tokens, pad):
    """`logits[:-1]` leaves out the last sentence and `tokens[1:]` the first. Positions are the
    second dimension: `logits[:, :-1]` and `tokens[:, 1:]`."""
    predictions = logits[:-1].flatten(0, 1)
    return F.cross_entropy(predictions, tokens[1:].flatten(), ignore_index=pad)


@grader.misconception(idea="classes_given_last")
def gives_the_vocabulary_last(logits, tokens, pad):
    """`F.cross_entropy` takes dimension 1 for the classes, and here that holds the positions; where
    there are as many as words it even says nothing. `transpose(1, 2)`, or flatten both."""
    return F.cross_entropy(logits[:, :-1], tokens[:, 1:], ignore_index=pad)


@grader.misconception
def neither_shifts_nor_transposes(logits, tokens, pad):
    """Two things: the scores at position t are to predict the token at t + 1, and `F.cross_entropy`
    takes dimension 1 for the classes, which holds the positions here."""
    return F.cross_entropy(logits, tokens, ignore_index=pad)


@grader.misconception(idea="reshape_for_permute")
def reshapes_instead_of_transposing(logits, tokens, pad):
    """`reshape` (or `view`) keeps the order of the numbers and only counts them off differently, so
    the scores of one prediction are scattered. `transpose(1, 2)` swaps the dimensions."""
    predictions = logits[:, :-1].reshape(len(logits), logits.shape[2], -1)
    return F.cross_entropy(predictions, tokens[:, 1:], ignore_index=pad)


@grader.misconception(idea="reshape_for_permute")
def flattens_transposed_scores(logits, tokens, pad):
    """Transposed, the vocabulary is no longer last, and `reshape(-1, V)` counts off scores of
    different positions. Either transpose and leave it at that, or flatten without transposing."""
    predictions = logits[:, :-1].transpose(1, 2).reshape(-1, logits.shape[2])
    return F.cross_entropy(predictions, tokens[:, 1:].flatten(), ignore_index=pad)


@grader.misconception
def puts_the_positions_first(logits, tokens, pad):
    """The scores are listed position by position, but the tokens sentence by sentence, so they do
    not meet. Transpose both or neither before you flatten."""
    predictions = logits[:, :-1].transpose(0, 1).flatten(0, 1)
    return F.cross_entropy(predictions, tokens[:, 1:].flatten(), ignore_index=pad)


@grader.misconception
def views_a_slice(logits, tokens, pad):
    """`view` needs numbers that are next to each other in memory, and those of a slice such as `[:,
    :-1]` or `[:, 1:]` do not. `reshape` and `flatten` copy where they have to."""
    predictions = logits[:, :-1].view(-1, logits.shape[2])
    return F.cross_entropy(predictions, tokens[:, 1:].view(-1), ignore_index=pad)


@grader.misconception(idea="no_ignore_index")
def counts_the_padding(logits, tokens, pad):
    """Predictions of `pad` are counted like those of words: the model learns to predict padding,
    and the more padding there is, the smaller the loss gets. Tell `F.cross_entropy` what to
    ignore."""
    return F.cross_entropy(logits[:, :-1].transpose(1, 2), tokens[:, 1:])


@grader.misconception
def takes_0_for_padding(logits, tokens, pad):
    """The token 0 is left out whatever `pad` is, so that a word may be missing and padding may
    count. Make use of `pad`."""
    return F.cross_entropy(logits[:, :-1].transpose(1, 2), tokens[:, 1:], ignore_index=0)


@grader.misconception
def looks_at_what_was_read(logits, tokens, pad):
    """The mask asks whether the model has just read `pad`. What matters is whether it should
    predict it: shift first, then compare `tokens[:, 1:]` with `pad`."""
    counts = tokens[:, :-1] != pad
    return F.cross_entropy(logits[:, :-1][counts], tokens[:, 1:][counts])


@grader.misconception
def leaves_out_what_follows_padding(logits, tokens, pad):
    """A prediction is left out here where `pad` was read as well, but the first word after padding
    counts: only the token that should be predicted matters."""
    counts = (tokens[:, :-1] != pad) & (tokens[:, 1:] != pad)
    return F.cross_entropy(logits[:, :-1][counts], tokens[:, 1:][counts])


@grader.misconception
def takes_all_padding_to_be_at_the_end(logits, tokens, pad):
    """Where padding comes before a sentence, it is predicted here and words are left out, as where
    the first positions count, as many as there are words. Ask each token whether it is `pad`."""
    words = (tokens != pad).sum(dim=1, keepdim=True)
    counts = torch.arange(1, tokens.shape[1], device=tokens.device) < words
    return F.cross_entropy(logits[:, :-1][counts], tokens[:, 1:][counts])


@grader.misconception
def drops_the_padding_before_it_shifts(logits, tokens, pad):
    """Without its padding the batch is one long list, in which the end of a sentence has to predict
    the beginning of the next one. Shift within each sentence first, then leave out."""
    words = tokens != pad
    return F.cross_entropy(logits[words][:-1], tokens[words][1:])


@grader.misconception(idea="zero_scores_for_ignored")
def sets_padded_scores_to_zero(logits, tokens, pad):
    """With all scores 0 a prediction still has a loss, log(V), and is still counted in the mean.
    Multiply its loss by 0 instead, or leave it out."""
    counts = tokens[:, 1:] != pad
    predictions = (logits[:, :-1] * counts[:, :, None]).transpose(1, 2)
    return F.cross_entropy(predictions, tokens[:, 1:])


@grader.misconception(idea="ignored_ones_counted")
def divides_by_all_tokens(logits, tokens, pad):
    """The sum is divided by B * T, which counts padding, and first tokens that nothing predicts.
    Divide by how many predictions count."""
    predictions, following = logits[:, :-1].transpose(1, 2), tokens[:, 1:]
    total = F.cross_entropy(predictions, following, ignore_index=pad, reduction="sum")
    return total / tokens.numel()


@grader.misconception(idea="ignored_ones_counted")
def divides_by_all_predictions(logits, tokens, pad):
    """The losses of padding are 0, but they are still counted, as in the mean over
    `reduction="none"`: divide by how many predictions are left."""
    predictions, following = logits[:, :-1].transpose(1, 2), tokens[:, 1:]
    return F.cross_entropy(predictions, following, ignore_index=pad, reduction="none").mean()


@grader.misconception
def divides_by_all_words(logits, tokens, pad):
    """The sum is divided by the number of tokens that are not `pad`, but the first token of a
    sentence is predicted by nothing. Count the tokens that are predicted: `tokens[:, 1:]`."""
    predictions, following = logits[:, :-1].transpose(1, 2), tokens[:, 1:]
    total = F.cross_entropy(predictions, following, ignore_index=pad, reduction="sum")
    return total / (tokens != pad).sum()


@grader.misconception(idea="mean_of_means")
def averages_over_the_sentences(logits, tokens, pad):
    """This is the mean of the sentences' means, and a word counts for more where its sentence is
    short. Take one mean over all predictions of the batch."""
    losses = [
        F.cross_entropy(scores[:-1], sentence[1:], ignore_index=pad)
        for scores, sentence in zip(logits, tokens, strict=True)
    ]
    return torch.stack(losses).mean()


@grader.misconception(idea="mean_of_means")
def averages_over_the_sentences_that_predict(logits, tokens, pad):
    """This is the mean of the means of those sentences that predict something, and a word counts
    for more where its sentence is short. Take one mean over all predictions of the batch."""
    counts = tokens[:, 1:] != pad
    means = [
        F.cross_entropy(scores[:-1][kept], sentence[1:][kept])
        for scores, sentence, kept in zip(logits, tokens, counts, strict=True)
        if kept.any()
    ]
    return torch.stack(means).mean()


@grader.misconception(idea="nan_times_0")
def multiplies_nan_by_0(logits, tokens, pad):
    """This is right but for one thing: the mean of a sentence that predicts nothing is nan, and
    `nan * 0` is nan. Add up sums (`reduction="sum"`), or take one mean over the whole batch."""
    total = count = 0
    for scores, sentence in zip(logits, tokens, strict=True):
        kept = (sentence[1:] != pad).sum()
        total = total + kept * F.cross_entropy(scores[:-1], sentence[1:], ignore_index=pad)
        count = count + kept
    return total / count


@grader.misconception(idea="argument_changed")
def overwrites_a_single_sentence(logits, tokens, pad):
    """The loss is right, but `contiguous()` and `reshape` copy only where they must, and a single
    sentence is not copied: `labels[...] = -100` then changes `tokens`. Use `ignore_index=pad`."""
    following = tokens[:, 1:].contiguous()
    following[following == pad] = -100
    return F.cross_entropy(logits[:, :-1].transpose(1, 2), following)


@grader.misconception(**changed_in_place("tokens"))
def overwrites_all_tokens(logits, tokens, pad):
    tokens[tokens == pad] = -100
    return F.cross_entropy(logits[:, :-1].transpose(1, 2), tokens[:, 1:])


@grader.misconception(idea="mean_of_means")
def averages_over_the_positions(logits, tokens, pad):
    """This is the mean of the positions' means, and a word counts for more where few sentences have
    one at its place. Take one mean over all predictions of the batch."""
    losses = [
        F.cross_entropy(logits[:, place], tokens[:, place + 1], ignore_index=pad)
        for place in range(tokens.shape[1] - 1)
    ]
    return torch.stack(losses).mean()


@grader.misconception(idea="sum_for_mean")
def sums_instead_of_averaging(logits, tokens, pad):
    """This is the sum over the predictions that count, which grows with the sentences. Divide it by
    how many they are."""
    predictions, following = logits[:, :-1].transpose(1, 2), tokens[:, 1:]
    return F.cross_entropy(predictions, following, ignore_index=pad, reduction="sum")


@grader.misconception(idea="mean_over_the_wrong_count")
def divides_by_the_number_of_sentences(logits, tokens, pad):
    """The sum over the predictions is divided by the number of sentences, so it grows with their
    length. Divide by how many predictions count."""
    predictions, following = logits[:, :-1].transpose(1, 2), tokens[:, 1:]
    total = F.cross_entropy(predictions, following, ignore_index=pad, reduction="sum")
    return total / len(tokens)


@grader.misconception(idea="no_reduction")
def returns_one_loss_for_each_prediction(logits, tokens, pad):
    """These are the losses of the single predictions. Return one number, the mean of those that
    count."""
    predictions, following = logits[:, :-1].transpose(1, 2), tokens[:, 1:]
    return F.cross_entropy(predictions, following, ignore_index=pad, reduction="none")


@grader.misconception
def returns_the_perplexity(logits, tokens, pad):
    """This is the perplexity, `exp(loss)`, a number to report. The loss is the mean itself."""
    predictions, following = logits[:, :-1].transpose(1, 2), tokens[:, 1:]
    return F.cross_entropy(predictions, following, ignore_index=pad).exp()


@grader.misconception(idea="zero_loss_for_ignored")
def leaves_out_losses_of_zero(logits, tokens, pad):
    """The loss is 0 not only for padding, but also where the model is right beyond doubt, and that
    one counts. Look at the tokens to see which are `pad`."""
    predictions, following = logits[:, :-1].transpose(1, 2), tokens[:, 1:]
    losses = F.cross_entropy(predictions, following, ignore_index=pad, reduction="none")
    return losses[losses > 0].mean()


@grader.misconception(idea="ignored_class_removed")
def removes_padding_from_the_vocabulary(logits, tokens, pad):
    """`pad` is no word to predict, but it stays in the vocabulary: the model has to learn not to
    predict it where a word follows. Leave its score in the softmax."""
    words = torch.arange(logits.shape[2], device=logits.device)
    scores = logits.masked_fill(words == pad, -torch.inf)
    return F.cross_entropy(scores[:, :-1].transpose(1, 2), tokens[:, 1:], ignore_index=pad)


@grader.misconception(**APPLIES_SOFTMAX_FIRST)
def applies_softmax_first(logits, tokens, pad):
    predictions = logits.softmax(dim=-1)[:, :-1].transpose(1, 2)
    return F.cross_entropy(predictions, tokens[:, 1:], ignore_index=pad)


@grader.misconception(**TAKES_THE_LOGARITHM_OF_SOFTMAX)
def takes_the_logarithm_of_softmax(logits, tokens, pad):
    predictions = logits.softmax(dim=-1).log()[:, :-1].transpose(1, 2)
    return F.nll_loss(predictions, tokens[:, 1:], ignore_index=pad)


@grader.misconception(idea="argument_changed")
def overwrites_the_tokens(logits, tokens, pad):
    """The loss is right, but `tokens[...] = ...` changes the tensor that you were given, and
    `tokens[:, 1:]` is a window into it and no copy. Give `pad` as `ignore_index` instead."""
    tokens[:, 1:][tokens[:, 1:] == pad] = -100
    return F.cross_entropy(logits[:, :-1].transpose(1, 2), tokens[:, 1:])


@grader.misconception(**RETURNS_A_NUMBER)
def returns_a_number(logits, tokens, pad):
    predictions, following = logits[:, :-1].transpose(1, 2), tokens[:, 1:]
    return F.cross_entropy(predictions, following, ignore_index=pad).item()


grader.edits("adds_a_small_number", **adds_a_small_number("predictions.transpose(1, 2)"))
grader.edits("clamps_the_probability", **clamps_the_probability("predictions.transpose(1, 2)"))


@grader.misconception(idea="mean_of_means")
def counts_a_sentence_that_predicts_nothing(logits, tokens, pad):
    """Each sentence counts once, whatever its length, and one that predicts nothing counts with 0.
    Each word that is predicted counts once: add up all losses, and divide once."""
    losses = F.cross_entropy(logits[:, :-1].transpose(1, 2), tokens[:, 1:], reduction="none")
    mask = (tokens[:, 1:] != pad).to(losses.dtype)
    return ((losses * mask).sum(dim=1) / mask.sum(dim=1).clamp(min=1)).mean()


@grader.remark(written=("for _ in _: ...", "[_ for _ in _]", "(_ for _ in _)"))
def sentence_by_sentence(logits, tokens, pad):
    """No loop is needed: `F.cross_entropy` takes all sentences at once, with the classes in
    dimension 1 or with both tensors flattened to a list of predictions."""
    losses = []
    for scores, words in zip(logits, tokens, strict=True):
        following = words[1:]
        losses.append(F.cross_entropy(scores[:-1], following, ignore_index=pad, reduction="sum"))
    return torch.stack(losses).sum() / (tokens[:, 1:] != pad).sum()
