"""Sentences that graders of this module share, each with the idea behind it."""

OVERFLOWS = {
    "text": "`exp(115)` is too large for float32 (inf), `exp(-115)` so small that it becomes 0; "
    "inf/inf and 0/0 are nan. Subtract the largest score of the row first, or leave it to "
    "`softmax`.",
    "idea": "exponential_overflows",
}
GOES_TO_FLOAT64 = {
    "text": "float64 reaches further, but not to `exp(900)`, and `exp(-900)` is 0 there too: nan "
    "again. Subtract the largest score first, or leave it to `softmax`.",
    "idea": "exponential_overflows",
}
SUBTRACTS_THE_MEAN = {
    "text": "What is subtracted (the mean? the lowest?) leaves a score that leads by 300 too "
    "large for `exp`: inf/inf is nan. Subtract the largest score instead, or let `torch.softmax` "
    "do it.",
    "idea": "mean_for_maximum",
}
FORGETS_KEEPDIM = {
    "text": "Without `keepdim=True` the sums have shape (N,), so each of them meets a column and "
    "not its row: the division fails, or divides by another row's sum.",
    "idea": "no_keepdim",
}
RETURNS_LOGARITHMS = {
    "text": "These are the logarithms of the probabilities, none of them above 0: use softmax "
    "instead of log_softmax, or take `.exp()`.",
    "idea": "logarithms_for_probabilities",
}
SUBTRACTS_ONE_MAXIMUM_FROM_ALL = {
    "text": "If all scores of a row are far below the largest of the whole batch, every "
    "exponential becomes 0, and 0/0 is nan: subtract the largest of each row instead, or let "
    "`torch.softmax` do it.",
    "idea": "one_maximum_for_all",
}
COMPUTES_IN_FLOAT32 = {
    "text": "Where you are given float64, the probabilities are only as exact as float32, as by "
    "`.float()`: compute in the dtype that you were given.",
    "idea": "float32_whatever_came",
}
DIVIDES_THE_SCORES_BY_THEIR_SUM = {
    "text": "Scores may be negative, and their sum 0. Softmax takes the exponential of each score "
    "before it divides by the sum.",
    "idea": "no_exponential",
}
NAMES_THE_WINNER = {
    "text": "`argmax` gives the index of the best class. What is asked for is how probable each "
    "class is: a number for every score.",
    "idea": "argmax_for_probabilities",
}


def cut_off(result, start):
    """The sentence for a right `result` from which no gradient flows back to `start`."""
    return {
        "text": f"The {result} are right, but cut off from `{start}` (as by `detach()` or under "
        "`torch.no_grad()`): no gradient can flow back, so nothing could be trained through them.",
        "idea": "cut_graph",
    }


def adds_a_small_number(old, exponentials, dim):
    """The family of edits that divide exponentials by a little more than their sum."""
    total = f"{exponentials}.sum({dim}, keepdim=True)"
    return {
        "text": "The probabilities sum to a little less than 1, as where a small number is added "
        "to the divisor. It is not needed: once the highest score is subtracted, the sum is never "
        "below 1.",
        "old": old,
        "news": [f"{exponentials} / ({total} + {number})" for number in ("1e-5", "1e-6", "1e-7")],
        "idea": "small_number_in_the_divisor",
    }


def exponentials_of(scores, dim):
    """The source of the exponentials of scores, the highest subtracted."""
    return f"({scores} - {scores}.amax({dim}, keepdim=True)).exp()"
