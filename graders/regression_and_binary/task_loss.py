import torch
import torch.nn.functional as F

from torchkata import Grader, value_and_gradient

grader = Grader(
    points=2,
    level=2,
    core=True,
    after=(
        "regression_and_binary/mean_squared_error",
        "regression_and_binary/binary_cross_entropy",
    ),
    hints=(
        "May several of the C answers be right at once? Then each is a question of its own.",
        "Classes that exclude each other share one softmax; labels have a sigmoid each.",
        "`F.mse_loss`, `F.binary_cross_entropy_with_logits`, `F.cross_entropy`: all take raw "
        "outputs. The second wants its target as floats.",
    ),
)


@grader.observe
def loss_and_gradient(answer, task, outputs, target):
    asked = lambda outputs, target: answer(task, outputs, target)  # noqa: E731
    return value_and_gradient(asked, "loss", outputs=outputs, target=target)


@grader.case
def regression():
    """6 examples of 2 quantities."""
    return "regression", 3 * torch.randn(6, 2), torch.randn(6, 2)


@grader.case
def regression_of_one_quantity():
    """4 examples of 1 quantity, in float64."""
    outputs, target = torch.randn(2, 4, 1, dtype=torch.float64)
    return "regression", 20 * outputs, target


@grader.case
def binary():
    """7 examples, 2 to 5 of them yes; in float64."""
    target = torch.randint(2, (7,))
    target[:4] = torch.tensor([0, 1, 1, 0])
    return "binary", 2 * torch.randn(7, dtype=torch.float64), target


@grader.case
def multiclass():
    """5 examples of 3 classes, in float64."""
    return "multiclass", torch.randn(5, 3, dtype=torch.float64), torch.randint(3, (5,))


@grader.case
def multilabel():
    """5 examples of 4 labels, in float64: one has none, one has all."""
    target = torch.randint(2, (5, 4))
    target[0], target[1] = 0, 1
    return "multilabel", torch.randn(5, 4, dtype=torch.float64), target


@grader.case
def sure_and_wrong_classes():
    """4 examples of 3 classes; two are wrong by 300, from 150 to -150."""
    outputs = torch.randn(4, 3)
    outputs[0, 1], outputs[0, 0] = 150, -150
    outputs[1, 2], outputs[1, 1] = 150, -150
    return "multiclass", outputs, torch.tensor([0, 1, 2, 0])


@grader.case
def sure_and_wrong_answers():
    """4 examples of one question; two are wrong by about 150, and two are right by as much."""
    outputs = torch.tensor([149.0, -149.0, 149.0, -149.0]) + torch.rand(4)
    return "binary", outputs, torch.tensor([0, 1, 1, 0])


@grader.case
def sure_and_wrong_labels():
    """3 examples of 2 labels; two are wrong by about 150, and two are right by as much."""
    outputs = torch.tensor([[149.0, -149.0], [149.0, -149.0], [0.5, -1.0]]) + torch.rand(3, 2)
    return "multilabel", outputs, torch.tensor([[0, 1], [1, 0], [1, 1]])


@grader.case
def first_example():
    """The first example of the docstring: two labels."""
    return "multilabel", torch.tensor([[1.0, 0.0]]), torch.tensor([[1, 0]])


@grader.case
def second_example():
    """The second example of the docstring: two classes."""
    return "multiclass", torch.tensor([[1.0, 0.0]]), torch.tensor([0])


from graders._shared import RETURNS_A_NUMBER, changed_in_place
from graders.regression_and_binary._shared import (
    ANOTHER_DTYPE,
    APPLIES_SIGMOID_FIRST,
    OVERFLOWS,
    SUMS_INSTEAD_OF_AVERAGING,
    TAKES_THE_LOGARITHM_OF_SIGMOID,
    logarithms_of_sigmoid,
    overflowing,
    small_numbers,
)

CLASSES = "F.cross_entropy(outputs, target)"
LABELS = "F.binary_cross_entropy_with_logits(outputs, target.to(outputs.dtype))"
START = "match task:"
TASKS = ("binary", "multilabel")


def labels(*news, only=TASKS):
    """The same mistakes for each of these tasks alone, and for both tasks with yes or no."""
    return [*news, *(f'{new} if task == "{task}" else {LABELS}' for new in news for task in only)]


def of(task, new):
    """The reference, with another loss for one task."""
    return {"old": START, "new": f'match task:\n    case "{task}":\n        return {new}'}


grader.edits(
    "makes_labels_compete",
    "For labels one softmax makes them compete, as in cross entropy. Several labels may be right "
    "at once, or none: ask of each by itself, with a sigmoid.",
    START,
    [
        of("multilabel", f"{loss}, target.to(outputs.dtype))")["new"]
        for loss in ("F.cross_entropy(outputs", "F.binary_cross_entropy(outputs.softmax(dim=1)")
    ],
    idea="classes_compete",
)
grader.edit(
    "asks_about_each_class_alone",
    "For classes this asks of each class by itself whether it is there. Of classes that exclude "
    "each other one is right: `F.cross_entropy`.",
    **of(
        "multiclass",
        "F.binary_cross_entropy_with_logits(outputs, "
        "F.one_hot(target, outputs.shape[1]).to(outputs.dtype))",
    ),
    idea="classes_one_by_one",
)
grader.edits(
    "squares_the_errors_of_yes_or_no",
    "For yes or no this is a squared error of raw outputs, which punishes a model for being sure "
    "and right: 5 is far away from 1. Take minus the log probability.",
    old=LABELS,
    news=labels("F.mse_loss(outputs, target.to(outputs.dtype))"),
)
grader.edits(
    "squares_the_errors_of_probabilities",
    "For yes or no this is the squared error of the probabilities, in which a sure mistake costs 1 "
    "and has almost no gradient. Take minus the log probability.",
    old=LABELS,
    news=labels("F.mse_loss(outputs.sigmoid(), target.to(outputs.dtype))"),
)
grader.edits(
    "applies_sigmoid_first",
    **APPLIES_SIGMOID_FIRST,
    old=LABELS,
    news=labels(LABELS.replace("(outputs,", "(outputs.sigmoid(),")),
)
grader.edit(
    "applies_softmax_first",
    "Cross entropy takes raw scores and applies softmax itself; here softmax is applied twice. "
    "Leave the first one out.",
    CLASSES,
    "F.cross_entropy(outputs.softmax(dim=1), target)",
    idea="double_softmax",
)
grader.edits(
    "takes_bce_of_the_sigmoid",
    "For yes or no the loss of an entry never gets above 100, as `F.binary_cross_entropy` of a "
    "sigmoid has it: where the model is most wrong it learns nothing. Give the raw outputs to a "
    "loss that takes them.",
    LABELS,
    labels("F.binary_cross_entropy(outputs.sigmoid(), target.to(outputs.dtype))"),
    idea="log_of_sigmoid",
)
grader.edits(
    "takes_the_logarithm_of_sigmoid",
    **TAKES_THE_LOGARITHM_OF_SIGMOID,
    old=LABELS,
    news=labels(*logarithms_of_sigmoid("outputs")),
)
grader.edits("overflows", **OVERFLOWS, old=LABELS, news=labels(*overflowing("outputs")))
grader.edits(
    "limits_the_loss",
    "For yes or no the loss of an entry never gets above a limit, as where a small number (1e-7, "
    "say) is added to keep the logarithm finite: minus its logarithm is the limit, and where the "
    "model is most wrong it learns nothing. Work with the raw outputs.",
    old=LABELS,
    news=small_numbers("target", "outputs"),
    idea="small_number_in_the_logarithm",
)
grader.edit(
    "takes_the_logarithm_of_softmax",
    "Where another output leads by 300, softmax gives the right class exactly 0, whose logarithm "
    "is -inf. `F.cross_entropy` works it out without that 0.",
    CLASSES,
    "F.nll_loss(outputs.softmax(dim=1).log(), target)",
    idea="log_of_softmax",
)
grader.edit(
    "takes_nll_loss_of_scores",
    "For classes this is minus the raw output of the right one: `nll_loss` applies neither softmax "
    "nor a logarithm. Use `F.cross_entropy`.",
    CLASSES,
    "F.nll_loss(outputs, target)",
    idea="nll_loss_without_log_softmax",
)
grader.edit(
    "takes_absolute_errors",
    "For regression this is the mean absolute error. The mean of the squares is asked for.",
    "F.mse_loss",
    "F.l1_loss",
)
grader.edit(
    "squashes_the_quantities",
    "For regression the outputs went through a sigmoid, which leaves nothing above 1 and nothing "
    "below 0. Quantities may be any numbers.",
    "F.mse_loss(outputs,",
    "F.mse_loss(outputs.sigmoid(),",
)
grader.edit(
    "adds_up_the_labels",
    "For yes or no the losses of the labels were added up, and only the examples averaged. Average "
    "over all entries of `target`.",
    LABELS,
    "F.binary_cross_entropy_with_logits(outputs, target.to(outputs.dtype), "
    'reduction="sum") / len(outputs)',
    idea="mean_over_the_wrong_count",
)
grader.edit(
    "takes_one_question_for_classes",
    "For one question this is cross entropy of classes, which fails: it takes an output for each "
    "of C classes, and there is one for each example. That one is the score of yes.",
    **of("binary", CLASSES),
)
grader.edit(
    "gives_outputs_to_a_loss_of_probabilities",
    "For yes or no the loss fails: `F.binary_cross_entropy` takes probabilities, from 0 to 1, and "
    "these are raw outputs. The loss of raw outputs has `with_logits` in its name.",
    LABELS,
    "F.binary_cross_entropy(outputs, target.to(outputs.dtype))",
)
grader.edit(
    "takes_the_root",
    "For regression this is the root of the mean squared error (RMSE). Leave the root out.",
    "F.mse_loss(outputs, target)",
    "F.mse_loss(outputs, target).sqrt()",
)
grader.edit(
    "adds_up_the_quantities",
    "For regression the squared errors of an example were added up, and only the examples were "
    "averaged. Average over all entries of `target`.",
    "F.mse_loss(outputs, target)",
    'F.mse_loss(outputs, target, reduction="sum") / len(outputs)',
    idea="mean_over_the_wrong_count",
)
grader.edit(
    "gives_whole_numbers_as_targets",
    "For yes or no the loss fails: it takes its targets as floats, and these are int64. Convert "
    "them: `target.to(outputs.dtype)`.",
    LABELS,
    "F.binary_cross_entropy_with_logits(outputs, target)",
)
grader.edits(
    "makes_the_targets_float32",
    "For yes or no the loss of float64 outputs is float32, as where `.float()` makes the targets "
    "float32, or the outputs as well. Convert the targets to the dtype of the outputs.",
    LABELS,
    labels(
        LABELS.replace("target.to(outputs.dtype)", "target.float()"),
        "F.binary_cross_entropy_with_logits(outputs.float(), target.float())",
    ),
    idea="dtype_not_kept",
)
grader.edit(
    "leaves_out_examples_without_labels",
    "For labels an example that has none is left out, and its answers count as well: no, to each "
    "question. Average over all entries of `target`.",
    LABELS,
    'F.binary_cross_entropy_with_logits(*(x[target.any(dim=1) if task == "multilabel" else ...] '
    "for x in (outputs, target.to(outputs.dtype))))",
)
grader.edit(
    "takes_the_margin_loss_of_labels",
    "For labels this is `multilabel_margin_loss`: it compares outputs with each other, and takes "
    "the target for class numbers. Each label is a question of its own: minus the log probability "
    "of yes or no.",
    **of("multilabel", "F.multilabel_margin_loss(outputs, target)"),
)
grader.edit(
    "takes_0_for_minus_1",
    "For one question this is `soft_margin_loss` of targets 0 and 1. It expects -1 for no: an "
    "example with 0 has no gradient. Take the loss whose targets are 0 and 1.",
    LABELS,
    f'F.soft_margin_loss(outputs, target) if task == "binary" else {LABELS}',
)
grader.edit(
    "makes_the_outputs_float32",
    **ANOTHER_DTYPE,
    old=START,
    new="outputs = outputs.float()\n"
    'target = target.float() if task == "regression" else target\n'
    f"{START}",
)
grader.edit(
    "sums_the_classes",
    **SUMS_INSTEAD_OF_AVERAGING,
    old=CLASSES,
    new='F.cross_entropy(outputs, target, reduction="sum")',
)
grader.edit(
    "swaps_outputs_and_target",
    "For yes or no the outputs were taken for the target, and the target for the outputs. Outputs "
    "come first.",
    LABELS,
    "F.binary_cross_entropy_with_logits(target.to(outputs.dtype), outputs)",
    idea="swapped_loss_arguments",
)
grader.edit(
    "changes_the_outputs",
    **changed_in_place("outputs"),
    old="F.mse_loss(outputs, target)",
    new="outputs.sub_(target).square().mean()",
)


@grader.misconception(**RETURNS_A_NUMBER)
def returns_a_number(task, outputs, target):
    if task == "regression":
        return F.mse_loss(outputs, target).item()
    if task == "multiclass":
        return F.cross_entropy(outputs, target).item()
    return F.binary_cross_entropy_with_logits(outputs, target.to(outputs.dtype)).item()
