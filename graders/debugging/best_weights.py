import torch
from torch import nn

from torchkata import Grader, parts, snapshot

grader = Grader(
    points=2,
    level=2,
    core=True,
    after=("training_loop/fit",),
    # What is rounded to four digits is told from what is not.
    tolerance={"best_acc": (1e-7, 1e-9)},
    start="begins_again_in_each_epoch",
    hints=(
        "With the accuracies 0.6, 0.8 and 0.7: what does the third epoch have to be better than?",
        "Print `best_acc` just before it is compared. When was it set to that value?",
        "What is set once goes before the loop.",
    ),
)


@grader.observe
def what_was_kept(answer, accuracies, model):
    log, results = [], accuracies.tolist()

    def train(given):
        log.append("train" if given is model else "train another model")
        change(given)

    def validate(given):
        log.append("validate" if given is model else "validate another model")
        return results[(len(log) // 2 - 1) % len(results)]

    returned = parts(answer(model, train, validate, len(results)), "best_acc", "best_state")
    at_the_end = snapshot(model.state_dict())
    change(model)  # what was kept does not change with it
    returned["best_state"] = snapshot(returned["best_state"])
    return returned | {"calls": log, "model after the last epoch": at_the_end}


def change(model):
    """Change all parameters and buffers in place."""
    with torch.no_grad():
        for one in model.state_dict().values():
            one += 1


def network():
    """A layer with BatchNorm, which has buffers."""
    return nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))


def shares(*numbers):
    """Accuracies on 200 examples."""
    return torch.tensor(numbers, dtype=torch.float64) / 200


def drawn(count, low, high):
    return shares(*torch.randint(low, high, (count,)).tolist())


@grader.case
def falls_again():
    """The accuracies of the docstring: 0.6, 0.8 and 0.7."""
    return shares(120, 160, 140), network()


@grader.case
def rises():
    """5 epochs, each better than the one before."""
    return drawn(5, 1, 30).cumsum(0), network()


@grader.case
def first_one_is_the_best():
    """4 epochs, of which the first is the best: 1.0."""
    return torch.cat([shares(200), drawn(3, 100, 199)]), network()


@grader.case
def up_and_down():
    """9 epochs with accuracies that go up and down, in the end up; two of them, not the last, are
    equally good."""
    accuracies = drawn(9, 100, 149)
    accuracies[8] = accuracies[7] + 1 / 200
    accuracies[[2, 5]] = shares(150 + int(torch.randint(40, ())))
    return accuracies, network()


@grader.case
def poor():
    """4 epochs with accuracies below 0.1, of which the third is the best and the first 0.005."""
    return torch.cat([shares(1), drawn(1, 2, 9), shares(15), drawn(1, 2, 9)]), network()


@grader.case
def close_together():
    """5 epochs whose accuracies differ by less than 0.00005; the third is the best."""
    thousandths = float(torch.randint(100, 180, ())) + 0.02
    return shares(*(thousandths + more for more in (0.002, 0.004, 0.008, 0.006, 0.001))), network()


@grader.case
def single_epoch():
    """1 epoch, for a model in float64."""
    return drawn(1, 50, 190), nn.Linear(2, 2, dtype=torch.float64)


@grader.case
def as_in_the_docstring():
    """The example of the docstring: a single weight, which is the number of epochs."""
    model = nn.Linear(1, 1, bias=False)
    nn.init.zeros_(model.weight)
    return shares(120, 160, 140), model


from graders._shared import RETURNS_AFTER_THE_FIRST_EPOCH
from graders.debugging._shared import (
    COMPARES_WITH_THE_EPOCH_BEFORE,
    KEEPS_THE_LATER_OF_EQUAL_ONES,
    STOPS_WHEN_IT_GETS_WORSE,
    TRAINS_ONE_EPOCH_LESS,
)

BEST = "best_acc = accuracy"
STATE = "copy.deepcopy(model.state_dict())"
BETTER = """
        if accuracy > best_acc:
            best_acc = accuracy
            best_state = copy.deepcopy(model.state_dict())
"""
BODY = f"""
    best_acc, best_state = 0.0, None
    for _ in range(epochs):
        train(model)
        accuracy = validate(model){BETTER}"""
END = "return best_acc, best_state"

grader.edit(
    "begins_again_in_each_epoch",
    "Each epoch counts as the best so far, so the last one is kept, as where `best_acc` begins at "
    "0.0 again in each epoch. Set it once, before the loop.",
    """
    best_acc, best_state = 0.0, None
    for _ in range(epochs):
        train(model)
        accuracy = validate(model)
    """,
    """
    best_state = None
    for _ in range(epochs):
        train(model)
        best_acc = 0.0
        accuracy = validate(model)
    """,
    idea="reset_in_the_loop",
)
grader.edit(
    "never_changes_the_best",
    "Each epoch is compared with the value that `best_acc` began with, which comes back at the "
    "end: it is never set to a better accuracy.",
    BEST,
    "pass",
    idea="last_one_only",
)
grader.edit(
    "remembers_only_the_best_accuracy",
    "`best_acc` is right, and the state belongs to another epoch: the last one, as where it is "
    "copied in each epoch or after the loop. Copy it where the accuracy is better.",
    BODY + f"    {END}",
    BODY + f"    return best_acc, {STATE}",
    idea="last_one_only",
)
grader.edit(
    "keeps_the_first_state",
    "`best_acc` is right, and the state is that of the first epoch. Copy it again whenever the "
    "accuracy is better.",
    STATE,
    f"best_state or {STATE}",
)
grader.edits(
    "returns_the_last_accuracy",
    "The state is right, and `best_acc` is the accuracy of the last epoch. Return the best one.",
    END,
    ["return accuracy, best_state", "return validate(model), best_state"],
    idea="last_one_only",
)
grader.edits(
    "compares_with_the_epoch_before",
    **COMPARES_WITH_THE_EPOCH_BEFORE,
    old=BODY,
    news=[
        BODY.replace(BEST, "pass") + "        best_acc = accuracy\n",
        BODY.replace("> best_acc", "> before").replace(
            "    best_acc, b", "    before = 0.0\n    best_acc, b"
        )
        + "        before = accuracy\n",
    ],
)
grader.edit(
    "compares_with_the_epoch_before_and_returns_the_best",
    "The state is that of the last epoch that was better than the one before it. Compare with the "
    "best of all.",
    BODY,
    """
    best_acc, last, best_state = 0.0, 0.0, None
    for _ in range(epochs):
        train(model)
        accuracy = validate(model)
        if accuracy > last:
            best_state = copy.deepcopy(model.state_dict())
        best_acc, last = max(accuracy, best_acc), accuracy
    """,
    idea="previous_for_best",
)
grader.edits(
    "keeps_the_parameters_themselves",
    "`best_acc` is right, but the state has gone on being trained, as with `model.state_dict()` "
    "alone: that holds the parameters themselves. Copy them with `copy.deepcopy`.",
    STATE,
    [
        "model.state_dict()",
        "copy.copy(model.state_dict())",
        "model.state_dict().copy()",
        "{key: tensor.detach() for key, tensor in model.state_dict().items()}",
    ],
    idea="alias_for_copy",
)
grader.edit(
    "shares_the_buffers",
    "The parameters in the state are right, and BatchNorm's statistics have gone on changing: only "
    "the parameters were copied. Copy the whole state, with `copy.deepcopy`.",
    STATE,
    "{**model.state_dict(), **{n: p.detach().clone() for n, p in model.named_parameters()}}",
    idea="alias_for_copy",
)
grader.edit(
    "leaves_whole_numbers_out",
    "What is no float is missing in the state: BatchNorm counts its batches in a whole number. "
    "Copy all of `state_dict()`.",
    STATE,
    "{key: one.clone() for key, one in model.state_dict().items() if one.is_floating_point()}",
    idea="buffers_left_out",
)
grader.edits(
    "takes_close_ones_for_equal",
    "An epoch that is better by very little was not kept, as where the accuracies are rounded "
    "before they are compared. Compare them as they are.",
    "accuracy > best_acc",
    [
        *(f"round(accuracy, {n}) > round(best_acc, {n})" for n in (2, 3, 4)),
        *(f"{cut}(100 * accuracy) > {cut}(100 * best_acc)" for cut in ("round", "int")),
        *(f"accuracy > best_acc + {least}" for least in ("1e-2", "1e-3", "1e-4")),
    ],
    idea="unasked_rounding",
)
grader.edits(
    "rounds_the_accuracy",
    "The state is right, and the accuracy that comes back was rounded. Return it as `validate` "
    "gave it.",
    END,
    [f"return round(best_acc, {digits}), best_state" for digits in (2, 3, 4)],
    idea="unasked_rounding",
)
grader.edit(
    "keeps_the_later_of_equal_ones",
    **KEEPS_THE_LATER_OF_EQUAL_ONES,
    old="accuracy > best_acc",
    new="accuracy >= best_acc",
)
grader.edits(
    "keeps_the_smallest_accuracy",
    "The epoch with the smallest accuracy was kept. A larger one is better: `>`, from 0.0.",
    BODY,
    [
        BODY.replace("0.0", high).replace("accuracy > best", "accuracy < best")
        for high in ("2.0", 'float("inf")')
    ],
    idea="sign_turned_over",
)
grader.edits(
    "begins_too_high",
    "No epoch is better than what `best_acc` begins with, and so the best of them is missing. "
    "Begin with 0.0: each accuracy is above it.",
    "0.0, None",
    ["1.0, None", 'float("inf"), None', "0.9, None", "0.5, None"],
    idea="best_begins_too_high",
)
grader.edit("trains_one_epoch_less", **TRAINS_ONE_EPOCH_LESS)
grader.edit(
    "validates_twice",
    "`validate` is called twice where an epoch is better, which takes twice as long. Keep what it "
    "returned.",
    BEST,
    "best_acc = validate(model)",
    idea="two_validations",
)
grader.edit(
    "validates_before_training",
    "In each epoch, `validate` is called before `train`, so an accuracy belongs to the weights of "
    "the epoch before. Call it after `train`.",
    """
        train(model)
        accuracy = validate(model)
    """,
    """
        accuracy = validate(model)
        train(model)
    """,
    idea="validated_too_early",
)
grader.edit(
    "stops_when_it_gets_worse",
    **STOPS_WHEN_IT_GETS_WORSE,
    old=BETTER,
    new=f"{BETTER}        else:\n            break\n",
)
grader.edit(
    "returns_after_the_first_epoch",
    **RETURNS_AFTER_THE_FIRST_EPOCH,
    old=BETTER,
    new=f"{BETTER}        {END}\n",
)
grader.edit(
    "goes_back_to_the_best",
    "What you return is right, but the model has the weights of the best epoch at the end, as by "
    "`load_state_dict`. Here it is left as the last epoch left it.",
    END,
    f"model.load_state_dict(best_state)\n{END}",
    idea="best_state_loaded",
)
grader.edit(
    "returns_the_weights_first",
    "Both are right, in the other order: first the accuracy, then the state.",
    END,
    "return best_state, best_acc",
    idea="swapped_pair",
)
grader.edit(
    "leaves_buffers_out",
    "The statistics of BatchNorm are missing in the state, as where `named_parameters()` is "
    "copied: they are buffers. `state_dict()` has both.",
    STATE,
    "{key: param.detach().clone() for key, param in model.named_parameters()}",
    idea="buffers_left_out",
)

grader.equivalent(
    "best_acc, best_state = (0.0, None) -> best_acc, best_state = (-1.0, None)",
    "each accuracy is above 0",
)
