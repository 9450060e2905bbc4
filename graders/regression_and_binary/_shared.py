"""Sentences that graders of this module share, each with the idea behind it."""

# The popular small numbers, Keras's 1e-7 among them.
SMALL = ("1e-4", "1e-5", "1e-6", "1e-7", "1e-8", "1e-10", "1e-12")

SUMS_INSTEAD_OF_AVERAGING = {
    "text": "This is the sum, which grows with the batch. Take the mean.",
    "idea": "sum_for_mean",
}
RETURNS_ONE_LOSS_FOR_EACH = {
    "text": "There is a number for each entry here, and nothing has been averaged. Return one "
    "number, their mean.",
    "idea": "no_reduction",
}
APPLIES_SIGMOID_FIRST = {
    "text": "Sigmoid is applied twice: the loss of raw scores has one inside. Of probabilities "
    "it makes others, between 0.5 and 0.73, so that no answer can be sure. Leave the first one "
    "out.",
    "idea": "double_sigmoid",
}
CLAMPS_THE_PROBABILITY = {
    "text": "No entry's loss gets above a limit, as where `clamp` keeps the probability away from "
    "0 and 1: beyond its bound the gradient is 0, and where the model is most wrong it learns "
    "nothing. Work with the raw scores.",
    "idea": "small_number_in_the_logarithm",
}
ANOTHER_DTYPE = {
    "text": "Where you are given float64, the result is of another dtype, float32 say: make it of "
    "the dtype of the argument.",
    "idea": "dtype_not_kept",
}
OVERFLOWS = {
    "text": "exp(150) is too large for float32 and becomes inf. `F.softplus(x)` is "
    "log(1 + exp(x)) without that, and `F.binary_cross_entropy_with_logits` uses it.",
    "idea": "exponential_overflows",
}
BENDS_AT_ZERO = {
    "text": "Only the gradient of a score of exactly 0 is wrong, as where `clamp(min=0)` or "
    "`relu` is a part of the formula: it has a corner at 0, and torch takes the slope of one "
    "side. The loss itself has no corner: `F.softplus` and the library's loss know its slope.",
    "idea": "corner_at_0",
}
TAKES_THE_LOGARITHM_OF_SIGMOID = {
    "text": "At scores of 150 and more sigmoid is exactly 1 in float32, and log(1 - 1) is -inf, or "
    "nan where it meets a 0. `logsigmoid`, or a loss of raw scores, goes without that.",
    "idea": "log_of_sigmoid",
}


def overflowing(scores):
    """Two spellings of the loss with log(1 + exp(...))."""
    return [
        f"((1 + {scores}.exp()).log() - {scores} * target).mean()",
        f"((1 + (-{scores}).exp()).log() + {scores} * (1 - target)).mean()",
    ]


def logarithms_of_sigmoid(scores):
    """Spellings of the loss in which a logarithm of 0 is taken."""
    return [
        f"-(target * {yes} + (1 - target) * {no}).mean()"
        for yes in (f"{scores}.sigmoid().log()", f"F.logsigmoid({scores})")
        for no in (f"(1 - {scores}.sigmoid()).log()", f"(-{scores}).sigmoid().log()")
    ]


def small_numbers(yes, scores):
    """Spellings that add one of these numbers to both probabilities; `yes` weighs one."""
    p = f"{scores}.sigmoid()"
    return [
        f"-({yes} * ({p} + {n}).log() + (1 - target) * (1 - {p} + {n}).log()).mean()" for n in SMALL
    ]


def limits_the_loss(library, yes):
    """The family of edits that do so."""
    return {
        "text": "No entry's loss gets above a limit, as where a small number (1e-7, say) is added "
        "to keep the logarithm finite: minus its logarithm is the limit, and where the model is "
        "most wrong it learns nothing. Work with the raw scores.",
        "old": library,
        "news": small_numbers(yes, "logits"),
        "idea": "small_number_in_the_logarithm",
    }
