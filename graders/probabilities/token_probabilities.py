import torch

from torchkata import Grader, sum_along, value_and_gradient

grader = Grader(
    points=2,
    level=2,
    core=True,
    after=("probabilities/class_probabilities",),
    start="lets_softmax_choose",
    # Gradients are differences of nearly equal numbers where scores near 115 are exact to 4e-6.
    tolerance={"gradient": (1e-4, 1e-4)},
    hints=(
        "Which scores compete with each other here? Add up what comes out along each dimension in "
        "turn, and see along which one it gives 1.",
        "torch warns while the function runs. What does the warning say that is missing?",
        "`nn.Softmax()` was not told its `dim`. Of (N, T, C), the classes are dimension 2.",
    ),
)


@grader.observe
def probabilities_and_gradient(answer, scores, is_token):
    seen = value_and_gradient(answer, "probabilities", scores=scores, is_token=is_token)
    sums = sum_along(seen["probabilities"], 2, scores.shape)
    return {"probabilities": seen["probabilities"], "sum over the classes": sums, **seen}


def up_to(lengths, places):
    """Which positions hold a token, in sentences of these lengths."""
    return torch.arange(places) < torch.tensor(lengths)[:, None]


@grader.case
def four_sentences():
    """4 sentences of 5, 2, 3 and 1 tokens, and 3 classes."""
    return 2 * torch.randn(4, 5, 3), up_to([5, 2, 3, 1], places=5)


@grader.case
def one_sentence():
    """A single sentence of 3 tokens, padded to 4 positions, and 6 classes."""
    return torch.randn(1, 4, 6), up_to([3], places=4)


@grader.case
def as_many_of_each():
    """3 sentences padded to 3 positions, in float64; two have the padding in front; 3 classes."""
    filled_up_in_front = up_to([3, 1, 2], places=3).flip(1)
    return torch.randn(3, 3, 3, dtype=torch.float64), filled_up_in_front


@grader.case
def large_scores():
    """3 sentences of 2, 4 and 4 tokens, and 5 classes: scores near -115, near 0 (where one class
    leads by 300), and near 115."""
    height = torch.tensor([-115.0, 0.0, 115.0]).reshape(3, 1, 1)
    scores = 2 * torch.randn(3, 4, 5) + height
    scores[1, :, 2] += 300
    return scores, up_to([2, 4, 4], places=4)


@grader.case
def scores_beyond_float64():
    """2 sentences of a single token and 3 classes, in float64: scores near -900 and near 900."""
    height = torch.tensor([-900.0, 900.0]).reshape(2, 1, 1)
    return torch.randn(2, 1, 3, dtype=torch.float64) + height, up_to([1, 1], places=1)


@grader.case
def large_padding():
    """2 sentences of 3 and 1 tokens, and 4 classes, in float64: ordinary scores, but at padding
    positions they are near 1000."""
    is_token = up_to([3, 1], places=3)
    scores = torch.randn(2, 3, 4, dtype=torch.float64)
    return scores + 1000.0 * ~is_token[:, :, None], is_token


@grader.case
def as_in_the_docstring():
    """The example of the docstring: one sentence of 2 tokens in 3 positions."""
    scores = torch.tensor([[[0.0, 2.0], [1.0, 1.0], [5.0, 0.0]]])
    return scores, torch.tensor([[True, True, False]])


@grader.case
def a_sentence_without_tokens():
    """3 sentences of 3, 0 and 1 tokens, and 4 classes: of the second, all is padding."""
    return torch.randn(3, 3, 4), up_to([3, 0, 1], places=3)


from graders._shared import changed_in_place
from graders.probabilities._shared import (
    COMPUTES_IN_FLOAT32,
    DIVIDES_THE_SCORES_BY_THEIR_SUM,
    GOES_TO_FLOAT64,
    SUBTRACTS_ONE_MAXIMUM_FROM_ALL,
    SUBTRACTS_THE_MEAN,
    adds_a_small_number,
    cut_off,
    exponentials_of,
)

grader.edit(
    "lets_softmax_choose",
    "Here the sentences of the batch compete with each other, along dimension 0. That is also what "
    "`nn.Softmax()` takes where it is not told. The classes are another dimension: say which.",
    "nn.Softmax(dim=2)",
    "nn.Softmax()",
    idea="wrong_dim",
)
grader.edit(
    "lets_the_tokens_compete",
    "With `dim=1` the positions of a sentence compete with each other, padding included. The "
    "classes of one token compete: which dimension are they?",
    "dim=2",
    "dim=1",
    idea="wrong_dim",
)
grader.edit(
    "divides_afterwards",
    "A new sum hides that softmax still runs over the sentences: the probabilities of a token sum "
    "to 1 now, but still depend on the other sentences. Fix softmax itself.",
    "return softmax(scores)",
    "shares = nn.Softmax(dim=0)(scores)\nreturn shares / shares.sum(dim=2, keepdim=True)",
)
grader.edit(
    "divides_after_the_mask",
    "A new sum hides that softmax still runs over the sentences, and at padding positions 0/0 is "
    "nan. Fix softmax itself: over the classes it needs no new sum.",
    "return softmax(scores) * is_token[:, :, None]",
    "shares = nn.Softmax(dim=0)(scores) * is_token[:, :, None]\n"
    "return shares / shares.sum(dim=2, keepdim=True)",
)
grader.edit(
    "lets_only_the_tokens_compete",
    "With `dim=1` the tokens of a sentence compete with each other, even if padding is kept out "
    "of it. The classes of one token compete: which dimension are they?",
    "return softmax(scores)",
    "scores = scores.masked_fill(~is_token[:, :, None], -1e9)\nreturn nn.Softmax(dim=1)(scores)",
    idea="wrong_dim",
)
grader.edit(
    "counts_dimensions_from_1",
    "Dimensions are counted from 0: three of them are 0, 1 and 2.",
    "dim=2",
    "dim=3",
)
grader.edit(
    "reshapes_instead_of_moving",
    "`view` and `reshape` keep the numbers in their order: reshaped to (N, C, T) they are not "
    "where these names say. There is no need to move anything: softmax takes any `dim`.",
    "softmax(scores)",
    "scores.reshape(len(scores), -1, scores.shape[1]).softmax(dim=1).view_as(scores)",
    idea="reshape_for_permute",
)
grader.edit(
    "applies_softmax_twice",
    "The first softmax still runs over the sentences, and the second takes its probabilities for "
    "scores. One softmax is enough, over the classes.",
    "softmax(scores)",
    "softmax(nn.Softmax(dim=0)(scores))",
    idea="double_softmax",
)
grader.edit(
    "applies_softmax_over_classes_first",
    "The second softmax still runs over the sentences. One softmax is enough, over the classes.",
    "softmax(scores)",
    "nn.Softmax(dim=0)(softmax(scores))",
    idea="double_softmax",
)
grader.edit(
    "shares_one_sum_in_each_sentence",
    "Here all positions and classes of a sentence sum to 1 together, as if only one token of the "
    "sentence had a class. Each token has a sum of its own.",
    "softmax(scores)",
    "scores.flatten(1).softmax(dim=1).view_as(scores)",
    idea="one_sum_for_all",
)
grader.edit(
    "shares_one_sum_among_all",
    "Here all numbers of the batch sum to 1 together. Each token has a sum of its own, over its "
    "classes.",
    "softmax(scores)",
    "scores.flatten().softmax(dim=0).view_as(scores)",
    idea="one_sum_for_all",
)
grader.edit(
    "looks_at_each_score_alone",
    "Sigmoid turns each score into a number between 0 and 1 by itself, whatever the batch holds. "
    "But classes that exclude each other compete: they have to sum to 1, as softmax makes them.",
    "softmax(scores)",
    "scores.sigmoid()",
    idea="classes_one_by_one",
)
grader.edit(
    "returns_logarithms",
    "These are the logarithms of the probabilities, none of them above 0: use softmax instead of "
    "log_softmax.",
    "softmax(scores)",
    "scores.log_softmax(dim=2)",
    idea="logarithms_for_probabilities",
)
grader.edit(
    "keeps_places_without_a_token",
    "The tokens are right, but padding positions have probabilities here: they get 0 for every "
    "class.",
    " * is_token[:, :, None]",
    "",
)
grader.edit(
    "masks_the_scores",
    "The tokens are right, but at padding positions all scores are the same number here, and "
    "equal scores give equal probabilities, not 0: multiply what comes out of softmax, not what "
    "goes in.",
    "softmax(scores) * is_token[:, :, None]",
    "softmax(scores * is_token[:, :, None])",
)
grader.edit(
    "masks_the_scores_by_minus_inf",
    "The tokens are right, but at padding positions all scores are -inf, and softmax of nothing "
    "but -inf is nan: multiply what comes out of softmax, not what goes in.",
    "softmax(scores) * is_token[:, :, None]",
    "softmax(scores.masked_fill(~is_token[:, :, None], -torch.inf))",
)
grader.edit(
    "returns_the_tokens_alone",
    "These are the tokens' probabilities, one below the other. Each position stays where it is, "
    "padding included: padding gets 0.",
    "softmax(scores) * is_token[:, :, None]",
    "softmax(scores)[is_token]",
)
grader.edit(
    "overwrites_the_probabilities",
    "The probabilities are right, but changing them in place (`[...] = 0`, `*=`) overwrites what "
    "the gradient still needs: make a new tensor, `probabilities * mask`.",
    "return softmax(scores) * is_token[:, :, None]",
    "probabilities = softmax(scores)\nprobabilities[~is_token] = 0\nreturn probabilities",
    idea="in_place_in_the_graph",
)
grader.edit(
    "masks_the_wrong_part",
    "The mask is inverted: the tokens get 0, and padding does not.",
    " * is_token",
    " * ~is_token",
    idea="inverted_mask",
)
grader.edit(
    "divides_the_scores_by_their_sum",
    **DIVIDES_THE_SCORES_BY_THEIR_SUM,
    old="softmax(scores)",
    new="(scores / scores.sum(dim=2, keepdim=True))",
)
grader.edit(
    "overflows",
    "`exp(115)` is too large for float32 (inf), `exp(-115)` so small that it becomes 0; inf/inf "
    "and 0/0 are nan. `nn.Softmax` avoids that, once it knows its `dim`.",
    "softmax(scores)",
    "(scores.exp() / scores.exp().sum(dim=2, keepdim=True))",
    idea="exponential_overflows",
)
grader.edit(
    "subtracts_one_maximum_from_all",
    **SUBTRACTS_ONE_MAXIMUM_FROM_ALL,
    old="softmax(scores)",
    new="((scores - scores.max()).exp() / (scores - scores.max()).exp().sum(2, keepdim=True))",
)
grader.edits(
    "computes_in_float32",
    **COMPUTES_IN_FLOAT32,
    old="softmax(scores)",
    news=["softmax(scores.float())", "softmax(scores.float()).to(scores.dtype)"],
)
grader.edits(
    "squeezes_the_batch",
    "A batch of one sentence loses its first dimension, as by `squeeze()`. The shape is that of "
    "`scores`, (1, T, C): leave it out.",
    "softmax(scores) * is_token[:, :, None]",
    [f"(softmax(scores) * is_token[:, :, None]).squeeze({dim})" for dim in ("", "0")],
    idea="bare_squeeze",
)
grader.edit(
    "changes_the_scores",
    **changed_in_place("scores"),
    old="return softmax(scores)",
    new="scores[~is_token] = 0\nreturn softmax(scores)",
)
grader.edit(
    "cuts_the_gradient",
    **cut_off("probabilities", "scores"),
    old="softmax(scores)",
    new="softmax(scores.detach())",
)


@grader.misconception(**SUBTRACTS_THE_MEAN)
def subtracts_the_mean(scores, is_token):
    exponentials = (scores - scores.mean(dim=2, keepdim=True)).exp()
    return exponentials / exponentials.sum(dim=2, keepdim=True) * is_token[:, :, None]


@grader.misconception(**GOES_TO_FLOAT64)
def goes_to_float64(scores, is_token):
    exponentials = scores.to(torch.float64).exp()
    probabilities = exponentials / exponentials.sum(dim=2, keepdim=True)
    return probabilities.to(scores.dtype) * is_token[:, :, None]


@grader.misconception(idea="nan_times_0")
def multiplies_the_exponentials_of_padding(scores, is_token):
    """The tokens are right. But the exponential of a large score at a padding position is inf, and
    inf * 0 is nan, not 0: let softmax see all positions, and multiply what comes out."""
    mask = is_token[:, :, None]
    highest = scores.where(mask, 0).amax(dim=2, keepdim=True)
    exponentials = (scores - highest).exp() * mask
    return exponentials / exponentials.sum(dim=2, keepdim=True).where(mask, 1)


@grader.misconception
def takes_the_first_places_for_the_tokens(scores, is_token):
    """Here the first positions of a sentence are taken for its tokens, as many as it has. The
    padding may be in front: `is_token` says where the tokens are."""
    count = is_token.sum(dim=1, keepdim=True)
    first = torch.arange(is_token.shape[1], device=scores.device) < count
    return scores.softmax(dim=2) * first[:, :, None]


grader.edits(
    "adds_a_small_number",
    **adds_a_small_number("softmax(scores)", exponentials_of("scores", "2"), "2"),
)

grader.not_here(
    "exception alone: overwrites_the_probabilities",
    reason="torch's message says that a softmax made what was overwritten.",
)
