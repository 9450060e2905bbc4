"""Sentences that graders of this module share, each with the idea behind it."""

# The popular small numbers, Keras's 1e-7 among them. Below 1e-9, a bound of `clamp` cannot be told
# from a number that is added.
BOUNDS = ("1e-5", "1e-6", "1e-7", "1e-8", "1e-9")
SMALL = (*BOUNDS, "1e-10", "1e-12", "1e-15", "1e-20", "1e-30", "torch.finfo(logits.dtype).eps")
ADDS_A_SMALL_NUMBER = {
    "text": "The loss of an example never gets above a limit, as where a small number (1e-8, say) "
    "is added to keep the logarithm finite: minus its logarithm is the limit, and where the model "
    "is most wrong it learns almost nothing. Use `log_softmax`.",
    "idea": "small_number_in_the_logarithm",
}
CLAMPS_THE_PROBABILITY = {
    "text": "The loss of an example never gets above a limit, as where `clamp` keeps the "
    "logarithm finite: below its bound the gradient is 0, and where the model is most wrong it "
    "learns nothing. Use `log_softmax`.",
    "idea": "small_number_in_the_logarithm",
}


def adds_a_small_number(scores="logits"):
    """The family of edits of `F.cross_entropy(scores, ...)` that add one to the probability."""
    news = [f"F.nll_loss(({scores}.softmax(dim=1) + {number}).log()," for number in SMALL]
    return ADDS_A_SMALL_NUMBER | {"old": f"F.cross_entropy({scores},", "news": news}


def clamps_the_probability(scores="logits"):
    """The same with `clamp`."""
    news = [f"F.nll_loss({scores}.softmax(dim=1).clamp(min={n}).log()," for n in BOUNDS]
    return CLAMPS_THE_PROBABILITY | {"old": f"F.cross_entropy({scores},", "news": news}


def clamps_the_logarithm(scores="logits"):
    """The same with log probabilities, or with the losses themselves, which gives the same; the
    last limit is that of BCELoss."""
    limits = (10, 20, 50, 100)
    return {
        "text": "The loss of an example never gets above a limit, as where log probabilities or "
        "losses are clamped (at -100 or 100, say): beyond it the gradient is 0, and where the "
        "model is most wrong it learns nothing. Leave `clamp` out: what `log_softmax` gives is "
        "finite by itself.",
        "idea": "clamped_logarithm",
        "old": f"F.cross_entropy({scores},",
        "news": [f"F.nll_loss({scores}.log_softmax(dim=1).clamp(min=-{n})," for n in limits],
    }


APPLIES_SOFTMAX_FIRST = {
    "text": "Cross entropy takes raw scores and applies softmax itself; here softmax is applied "
    "twice, so that no loss can come near 0. Leave the first one out.",
    "more": (
        "Probabilities differ by 1 at most: taken for scores, they never let the model be sure.",
    ),
    "idea": "double_softmax",
}
TAKES_THE_LOGARITHM_OF_SOFTMAX = {
    "text": "Where another score leads by 150, softmax gives the right class exactly 0, whose "
    "logarithm is -inf. `log_softmax` (or `cross_entropy`) works it out without that 0.",
    "idea": "log_of_softmax",
}
MULTIPLIES_0_BY_THE_LOGARITHM_OF_0 = {
    "text": "If a score is 150 below the best, softmax gives exactly 0, its logarithm is -inf, "
    "and 0 * -inf is nan. `log_softmax` works it out without that 0.",
    "idea": "log_of_softmax",
}
OVERFLOWS = {
    "text": "`exp(150)` is too large for float32 and becomes inf. `logsumexp` and `log_softmax` "
    "subtract the largest score before they take exponentials.",
    "more": ("float32 ends at 3.4e38, and `exp(89)` is more than that.",),
    "idea": "exponential_overflows",
}
SUBTRACTS_THE_LARGEST_OF_THE_BATCH = {
    "text": "The largest score of the whole batch is subtracted: in a row far below it, all "
    "exponentials are 0, and log(0) is -inf. Subtract each row's own: `amax(dim=1, keepdim=True)`.",
    "idea": "one_maximum_for_all",
}
TAKES_NLL_LOSS_OF_PROBABILITIES = {
    "text": "`nll_loss` takes no logarithm itself: of probabilities it gives minus these, between "
    "-1 and 0. Give it `log_softmax` instead of `softmax`, or use `cross_entropy`.",
    "idea": "nll_loss_without_log_softmax",
}
TAKES_NLL_LOSS_OF_SCORES = {
    "text": "`nll_loss` expects log probabilities and applies neither softmax nor a logarithm: of "
    "raw scores it gives minus those of the right classes. Use `cross_entropy`.",
    "idea": "nll_loss_without_log_softmax",
}
NORMALISES_OVER_THE_EXAMPLES = {
    "text": "`dim=0` makes the examples compete with each other. The classes of each example "
    "compete: `dim=1`.",
    "idea": "wrong_dim",
}
PICKS_EVERY_TARGET_IN_EVERY_ROW = {
    "text": "`[:, target]` picks the classes of all examples in each row, N x N numbers. Pair "
    "each row with its own class: `[torch.arange(N), target]`, or `gather`.",
    "idea": "every_target_in_every_row",
}
AVERAGES_OVER_THE_CLASSES_TOO = {
    "text": "This mean divides by N * C: the zeros of the wrong classes are counted as well. Sum "
    "over the classes first, then take the mean over the examples.",
    "idea": "mean_over_the_wrong_count",
}
SUMS_INSTEAD_OF_AVERAGING = {
    "text": "This is the sum over the examples, which grows with the batch. Take the mean.",
    "idea": "sum_for_mean",
}
RETURNS_ONE_LOSS_FOR_EACH_EXAMPLE = {
    "text": "These are the losses of the single examples. Return one number, their mean.",
    "idea": "no_reduction",
}
MAKES_A_NEW_TENSOR = {
    "text": "`requires_grad=True` lets `backward()` run, but a new tensor does not come from "
    "`logits`: no gradient arrives there. Return the tensor that was computed from them.",
    "idea": "cut_graph",
}

KNOWS_ONLY_ITS_DEFAULT = {
    "text": "This leaves out -100 and nothing else, as the library does if it is not told "
    "otherwise: 255 is out of range, and a class to ignore is learnt like the others. Make use of "
    "`ignore_index`.",
    "idea": "no_ignore_index",
}
LEAVES_OUT_LOSSES_OF_ZERO = {
    "text": "The loss is 0 not only where an example is ignored, but also where the model is "
    "right beyond doubt, and that one counts. Look at `target` to see which are ignored.",
    "idea": "zero_loss_for_ignored",
}

GIVES_A_WEIGHT_TOO_MANY = {
    "text": "There is one number more than there are classes, and each class needs one weight. "
    "Look at the commas: `2000, 3000` is two numbers where `2000 / 3000` is one.",
    "idea": "comma_for_division",
}
SUBTRACTS_FROM_THE_LARGEST = {
    "text": "Subtracting from the largest count leaves the most frequent class almost nothing. "
    "Divide by the count: half as many examples, weight twice as large.",
    "idea": "weight_falls_in_a_line",
}
TAKES_THE_ROOT = {
    "text": "With a square root the weights lean the right way, but only half way: a class with "
    "100 times fewer examples weighs just 10 times more. Divide by the count itself.",
    "idea": "weight_falls_too_slowly",
}
TAKES_THE_LOGARITHM = {
    "text": "The logarithm draws the weights together, so the classes do not count the same in "
    "total. Divide by the count, without a logarithm.",
    "idea": "weight_falls_too_slowly",
}

# Why a mutant is equivalent.
A_FACTOR_CANCELS_OUT = "the weighted mean divides by the factor again"
