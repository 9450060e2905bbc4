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


def limits_the_loss(library, yes):
    """The family of edits that add one of these numbers to both probabilities; `yes` weighs one."""
    no = "(1 - target) * (1 - logits.sigmoid()"
    news = [f"-({yes} * (logits.sigmoid() + {n}).log() + {no} + {n}).log()).mean()" for n in SMALL]
    return {
        "text": "No entry's loss gets above a limit, as where a small number (1e-7, say) is added "
        "to keep the logarithm finite: minus its logarithm is the limit, and where the model is "
        "most wrong it learns nothing. Work with the raw scores.",
        "old": library,
        "news": news,
        "idea": "small_number_in_the_logarithm",
    }
