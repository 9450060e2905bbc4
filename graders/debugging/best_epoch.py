import torch
from torch import nn

from torchkata import Grader, parts

grader = Grader(
    points=2,
    level=2,
    after=("training_loop/fit",),
    start="compares_the_results",
    tolerance={"accuracy": (1e-6, 1e-7)},
    hints=(
        "Of the three epochs, which one has the largest of something? Of what?",
        "Try it in Python: `(0.9, 0.5) > (0.5, 0.7)`. And `(0.5, 0.7) > (0.5, 0.6)`?",
        "Python compares two tuples by their first items, and by the second ones only if the first "
        "are equal.",
    ),
)


@grader.observe
def report(answer, losses, accuracies):
    model, log = nn.Linear(1, 1), []
    results = list(zip(losses.tolist(), accuracies.tolist(), strict=True))

    def train(given):
        log.append("train" if given is model else "train another model")

    def validate(given):
        log.append("validate" if given is model else "validate another model")
        return results[(len(log) // 2 - 1) % len(results)]

    returned = answer(model, train, validate, len(results))
    return parts(returned, "epoch", "accuracy") | {"calls": log}


def of_200(*numbers):
    """So many of 200 examples; as losses, numbers from 0.005 on."""
    return torch.tensor(numbers, dtype=torch.float64) / 200


def drawn(count, low, high):
    return of_200(*torch.randint(low, high, (count,)).tolist())


@grader.case
def as_in_the_docstring():
    """The results of the docstring: losses 0.9, 0.5 and 0.7, accuracies 0.5, 0.7 and 0.8."""
    return of_200(180, 100, 140), of_200(100, 140, 160)


@grader.case
def third_of_five():
    """5 epochs: the third has the largest accuracy and the second the smallest, the first has the
    largest loss and the fourth the smallest. The fifth is no better than the fourth."""
    losses, accuracies = drawn(5, 200, 300), drawn(5, 100, 150)
    losses[0], losses[3], losses[4] = 2, 0.4, 0.45
    accuracies[1], accuracies[2] = 0.45, drawn(1, 170, 190)[0]
    accuracies[3:] = accuracies[3:].sort(descending=True).values
    return losses, accuracies


@grader.case
def equal_accuracies():
    """7 epochs, of which four have the same largest accuracy: the second, and later ones with a
    larger loss, a smaller one, and one in between."""
    losses, accuracies = drawn(7, 200, 250), drawn(7, 100, 150)
    accuracies[[1, 3, 4, 6]], losses[[1, 3, 4, 6]] = drawn(1, 160, 190), of_200(150, 180, 110, 170)
    losses[0] = 0.95
    return losses, accuracies


@grader.case
def above_1():
    """8 epochs with losses between 2 and 5, and accuracies below 0.1; the first has the
    accuracy 0.005, and one of the last three is the best."""
    losses, accuracies = drawn(8, 400, 1000), drawn(8, 2, 9)
    accuracies[0] = of_200(1)[0]
    accuracies[5 + int(torch.randint(3, ()))] = drawn(1, 12, 19)[0]
    return losses, accuracies


@grader.case
def losses_grow():
    """4 epochs with ever larger losses, all below the accuracies; the second or the third has the
    accuracy 1."""
    accuracies = drawn(4, 150, 190)
    accuracies[1 + int(torch.randint(2, ()))] = 1
    return drawn(4, 10, 36).cumsum(0), accuracies


@grader.case
def better_at_last():
    """14 epochs: the second is much better than the first, none after it is better, and only the
    last one is, by one example of ten million."""
    losses, accuracies = drawn(14, 100, 200), drawn(14, 100, 150)
    right = torch.randint(8_500_000, 9_500_000, ()).double()
    accuracies[1], accuracies[13] = right / 10_000_000, (right + 1) / 10_000_000
    losses[0] = 1.5
    return losses, accuracies


@grader.case
def single_epoch():
    """1 epoch, and an accuracy of so many sevenths, which no rounding leaves as it is."""
    return drawn(1, 10, 300), torch.randint(2, 6, (1,)).double() / 7


from graders._shared import RETURNS_AFTER_THE_FIRST_EPOCH
from graders.debugging._shared import (
    COMPARES_WITH_THE_EPOCH_BEFORE,
    KEEPS_THE_LATER_OF_EQUAL_ONES,
    STOPS_WHEN_IT_GETS_WORSE,
    TRAINS_ONE_EPOCH_LESS,
)

BETTER = "result[1] > best_result[1]"
KEPT = """
        if result[1] > best_result[1]:
            best, best_result = epoch, result
"""
BODY = f"""
    best, best_result = 0, (0.0, 0.0)
    for epoch in range(1, epochs + 1):
        train(model)
        result = validate(model){KEPT}"""
END = "return best, best_result[1]"

grader.edit(
    "compares_the_results",
    "The epoch with the largest loss was reported, as where `result > best_result` compares two "
    "tuples: Python compares their first items, and these are the losses. Compare the accuracies.",
    "if result[1] > best_result[1]:",
    "if result > best_result:",
    idea="tuples_compared",
)
grader.edits(
    "reports_the_smallest_loss",
    "The epoch with the smallest loss was reported, as where the tuples are compared the other way "
    "round. Often it is the best one too, but an epoch with a larger loss may get more examples "
    "right: compare the accuracies.",
    BODY,
    [
        BODY.replace(BETTER, f"result{item} < best_result{item}").replace("(0.0", f"({inf}")
        for inf in ('float("inf")', "100.0", "1e9")
        for item in ("", "[0]")
    ],
    idea="loss_for_accuracy",
)
grader.edits(
    "compares_accuracy_and_loss",
    "An accuracy was compared with a loss. Compare it with the best accuracy: both are the second "
    "item of their tuple.",
    BETTER,
    ["result[1] > best_result[0]", "result[0] > best_result[1]"],
)
grader.edits(
    "begins_with_a_number",
    "A tuple cannot be compared with a number: it raises TypeError. Take the accuracy out of it, "
    "`result[1]`, before you compare.",
    BODY,
    [
        BODY.replace("(0.0, 0.0)", "0.0").replace("result[1] > best_result[1]", compared)
        for compared in ("result > best_result", "best_result < result")
    ],
    idea="tuples_compared",
)
grader.edits(
    "asks_for_both",
    "An epoch counts only if its accuracy is larger and its loss is smaller. Only the accuracy "
    "decides.",
    BODY,
    [
        BODY.replace(BETTER, f"{BETTER} and result[0] < best_result[0]").replace("(0.0", f"({inf}")
        for inf in ('float("inf")', "100.0", "1e9")
    ],
)
grader.edits(
    "compares_the_sums",
    "Loss and accuracy went into one number, as `sum` or `max` of the tuple makes it, and a large "
    "loss wins. Only the accuracy decides: `result[1]`.",
    BETTER,
    ["sum(result) > sum(best_result)", "max(result) > max(best_result)"],
)
grader.edit(
    "keeps_the_later_of_equal_ones",
    **KEEPS_THE_LATER_OF_EQUAL_ONES,
    old=BETTER,
    new="result[1] >= best_result[1]",
)
grader.edit(
    "prefers_the_smaller_loss",
    "Of two epochs with the same accuracy, the one with the smaller loss was reported. The first "
    "one is asked for.",
    BETTER,
    "(result[1], -result[0]) > (best_result[1], -best_result[0])",
)
grader.edit(
    "reverses_the_tuples",
    "Of two epochs with the same accuracy, the one with the larger loss was reported, as where the "
    "reversed tuples are compared. Compare the accuracies alone.",
    BETTER,
    "result[::-1] > best_result[::-1]",
    idea="tuples_compared",
)
grader.edit(
    "compares_with_the_epoch_before",
    **COMPARES_WITH_THE_EPOCH_BEFORE,
    old=KEPT,
    new="""
        if result[1] > best_result[1]:
            best = epoch
        best_result = result
""",
)
grader.edit(
    "reports_the_smallest_accuracy",
    "The epoch with the smallest accuracy was reported. A larger accuracy is better: `>`.",
    BODY,
    BODY.replace(BETTER, "result[1] < best_result[1]").replace("0.0)", "2.0)"),
    idea="sign_turned_over",
)
grader.edit(
    "never_changes_the_best",
    "The last epoch was reported, as where each epoch counts as the best so far. Remember the best "
    "result, and compare with that.",
    BETTER,
    "result[1] > 0.0",
    idea="last_one_only",
)
grader.edit(
    "counts_epochs_from_0",
    "The epoch is one too small: the first epoch has the number 1 here.",
    "return best,",
    "return best - 1,",
    idea="off_by_one",
)
grader.edit(
    "trains_one_epoch_less",
    **TRAINS_ONE_EPOCH_LESS | {"old": "range(1, epochs + 1)"},
)
grader.edit(
    "returns_the_loss",
    "The epoch is right, and beside it is its loss. Return its accuracy, the second item.",
    END,
    "return best, best_result[0]",
)
grader.edit(
    "returns_the_result",
    "The epoch is right, and beside it is a tuple, as `validate` returned it. Return its second "
    "item, the accuracy.",
    END,
    "return best, best_result",
)
grader.edit(
    "returns_the_last_accuracy",
    "The epoch is right, and beside it is the accuracy of the last epoch. Return that of the best.",
    END,
    "return best, result[1]",
    idea="last_one_only",
)
grader.edits(
    "rounds_the_accuracy",
    "The accuracies were rounded to a few digits before they were compared, which makes different "
    "ones equal. Leave them as `validate` returned them.",
    "result = validate(model)",
    [
        f"result = validate(model)\nresult = result[0], round(result[1], {digits})"
        for digits in (2, 3, 4)
    ],
    idea="unasked_rounding",
)
grader.edits(
    "returns_a_rounded_accuracy",
    "The epoch is right, and its accuracy is rounded to a few digits. Return it as `validate` did.",
    END,
    [f"return best, round(best_result[1], {digits})" for digits in (2, 3, 4)],
    idea="unasked_rounding",
)
grader.edit(
    "returns_the_accuracy_first",
    "Both are right, in the other order: first the epoch, then the accuracy.",
    END,
    "return best_result[1], best",
    idea="swapped_pair",
)
grader.edit(
    "stops_when_it_gets_worse",
    **STOPS_WHEN_IT_GETS_WORSE,
    old=KEPT,
    new=f"{KEPT}        else:\n            break\n",
)
grader.edit(
    "stops_when_all_are_right",
    "The training ends once an accuracy is 1.0. No epoch can be better, but all of them are asked "
    "for: leave out the `break`.",
    KEPT,
    f"{KEPT}        if result[1] == 1.0:\n            break\n",
    idea="unasked_early_stop",
)
grader.edits(
    "loses_patience",
    "The training ends after several epochs that were no better than the best, as early stopping "
    "does. A later one may be: go through all epochs.",
    KEPT,
    [f"{KEPT}        if epoch - best >= {n}:\n            break\n" for n in (2, 3, 5, 10)],
    idea="unasked_early_stop",
)
grader.edits(
    "asks_for_a_larger_lead",
    "An epoch counts only if its accuracy is larger by some amount, as early stopping asks for "
    "with `min_delta`. The largest accuracy counts, however small its lead is.",
    BETTER,
    [f"result[1] > best_result[1] + {lead}" for lead in ("1e-4", "0.005", "0.01")],
    idea="unasked_early_stop",
)
grader.edit(
    "validates_before_it_trains",
    "`validate` is called before `train` in each epoch, so it measures the model of the epoch "
    "before. Train first.",
    "train(model)\n        result = validate(model)",
    "result = validate(model)\n        train(model)",
    idea="validated_too_early",
)
grader.edit(
    "returns_after_the_first_epoch",
    **RETURNS_AFTER_THE_FIRST_EPOCH,
    old=KEPT,
    new=f"{KEPT}        {END}\n",
)
grader.edit(
    "validates_twice",
    "`validate` is called twice in an epoch, once for each item of its tuple. Keep what it "
    "returned.",
    "result = validate(model)",
    "result = validate(model)[0], validate(model)[1]",
    idea="two_validations",
)

BEGIN = "best, best_result = (0, (0.0, 0.0)) -> best, best_result = "
for number in ("1", "-1"):
    grader.equivalent(
        f"{BEGIN}({number}, (0.0, 0.0))",
        "the first epoch takes its place, since each accuracy is above 0",
    )
for loss in ("1.0", "-1.0"):
    grader.equivalent(f"{BEGIN}(0, ({loss}, 0.0))", "no loss is looked at")
grader.equivalent(f"{BEGIN}(0, (0.0, -1.0))", "each accuracy is above 0, and so above -1 too")

grader.not_here(
    "example not a case: call 1",
    reason="The observer makes the model and both functions out of what the case draws.",
)
