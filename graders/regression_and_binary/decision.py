import torch

from torchkata import Grader, called

grader = Grader(
    points=1,
    level=2,
    core=True,
    after=("regression_and_binary/task_loss", "probabilities/prediction"),
    hints=(
        "Which raw output has the probability 0.5? Compute sigmoid of a few.",
        "Sigmoid rises with its argument: a probability above 0.5 is an output above which number?",
        "`outputs > 0` for yes or no and for labels, `outputs.argmax(dim=1)` for classes.",
    ),
)


@grader.observe
def predicted(answer, task, outputs):
    prediction, changes = called(answer, task=task, outputs=outputs)
    return {"prediction": prediction, **changes}


def close_to_the_edge(*shape):
    """Raw outputs, of which some are between 0 and 0.5, and some far away from 0."""
    outputs = 2 * torch.randn(shape)
    outputs[0] = 0.1 + 0.35 * torch.rand(shape[1:])
    outputs[1] = -outputs[0]
    return outputs


@grader.case
def binary():
    """8 examples: one between 0 and 0.5, one between -0.5 and 0."""
    return "binary", close_to_the_edge(8)


@grader.case
def multilabel():
    """6 examples of 4 labels: one has all, one has none, both by a little."""
    return "multilabel", close_to_the_edge(6, 4)


@grader.case
def multiclass():
    """7 examples of 3 classes; all outputs of one are below 0, and of one between 0 and 0.5."""
    outputs = close_to_the_edge(7, 3)
    outputs[2] = -1 - outputs[2].abs()
    return "multiclass", outputs


@grader.case
def regression():
    """4 examples of 3 quantities, some below 0 and some above 1."""
    return "regression", 5 * torch.randn(4, 3)


@grader.case
def in_float64():
    """5 examples of 3 labels, in float64."""
    return "multilabel", torch.randn(5, 3, dtype=torch.float64)


@grader.case
def quantities_in_float64():
    """3 examples of 2 quantities, in float64."""
    return "regression", 5 * torch.randn(3, 2, dtype=torch.float64)


@grader.case
def near_and_far():
    """6 examples: -200, -0.001, 0.001, 200, and one near each end."""
    ends = torch.tensor([-120.0, 120.0]) + 50 * torch.rand(2)
    return "binary", torch.cat([torch.tensor([-200.0, -0.001, 0.001, 200.0]), ends])


@grader.case
def classes_far_from_0():
    """4 examples of 3 classes: in two of them two outputs are above 100, in two all are below -100;
    the best comes first or later."""
    low, high = 100 + 40 * torch.rand(2), 150 + 50 * torch.rand(2)
    above = torch.stack([low, high, torch.tensor([3.0, -3.0])], dim=1)
    below = torch.stack([-high, -low, torch.tensor([-200.0, -200.0])], dim=1)
    outputs = torch.cat([above, below])
    outputs[1::2] = outputs[1::2, [1, 0, 2]]
    return "multiclass", outputs


@grader.case
def one_quantity():
    """5 examples of one quantity."""
    return "regression", 5 * torch.randn(5, 1)


@grader.case
def one_example_of_quantities():
    """One example of 3 quantities."""
    return "regression", 5 * torch.randn(1, 3)


@grader.case
def one_example():
    """One question for one example."""
    return "binary", torch.randn(1).sign() * (0.1 + 0.3 * torch.rand(1))


@grader.case
def one_label():
    """6 examples of one label."""
    return "multilabel", close_to_the_edge(6, 1)


@grader.case
def first_example():
    """The first example of the docstring: four labels."""
    return "multilabel", torch.tensor([[7.0, -2.0, 0.25, -0.5]])


@grader.case
def second_example():
    """The second example of the docstring: four classes."""
    return "multiclass", torch.tensor([[7.0, -2.0, 0.25, -0.5]])


from graders._shared import changed_in_place

YES = "(outputs > 0).long()"
WRONG = {
    "compares_raw_outputs_with_a_half": (
        "An output between 0 and 0.5 is taken for a no, as where raw outputs are compared with "
        "0.5, or rounded. 0.5 is a probability; which raw output has it?",
        "(outputs > 0.5).long()",
    ),
    "turns_it_over": (
        "Yes and no have changed places: an output above 0 means that yes is more probable.",
        "(outputs < 0).long()",
    ),
    "returns_probabilities": (
        "For yes or no these are the probabilities. Say which it is: 1 where yes is more probable "
        "than not.",
        "outputs.sigmoid()",
    ),
    "returns_true_and_false": (
        "For yes or no this is True and False, a tensor of bool. Make it int64: `.long()`.",
        "outputs > 0",
    ),
    "returns_int32": (
        "For yes or no this is of another whole-number dtype, int32, as `.int()` makes it. Class "
        "numbers are int64 in PyTorch: `.long()`.",
        "(outputs > 0).int()",
    ),
    "returns_floats": (
        "For yes or no these are 0.0 and 1.0, which are floats. Make it int64: `.long()`.",
        "(outputs > 0).to(outputs.dtype)",
    ),
    "returns_the_raw_outputs": (
        "For yes or no the raw outputs came back. Say which it is: 1 where yes is more probable "
        "than not.",
        "outputs",
    ),
    "overflows": (
        "A large output is taken for a no, as where sigmoid is written as exp(x) / (1 + exp(x)): "
        "exp(100) is inf in float32, inf / inf is nan, and nan is not above 0.5. `torch.sigmoid` "
        "goes without that.",
        "(outputs.exp() / (1 + outputs.exp()) > 0.5).long()",
    ),
    "cuts_the_fraction_off": (
        "`.long()` and `int()` cut off what comes after the point: an output of 0.9 becomes 0, and "
        "one of 7 stays 7. Compare with 0 first.",
        "outputs.long()",
    ),
}
for name, (text, new) in WRONG.items():
    grader.edit(name, text, YES, new)

grader.edits(
    "says_yes_to_everything",
    "Everything is a yes, as where sigmoid is compared with 0, or applied twice and compared with "
    "0.5: sigmoid is above 0 for any output, and sigmoid of a probability is never below 0.5. One "
    "sigmoid and 0.5, or none and 0.",
    YES,
    ["(outputs.sigmoid() > 0).long()", "(outputs.sigmoid().sigmoid() >= 0.5).long()"],
    idea="double_sigmoid",
)


def of(task, new):
    """The reference, with another rule for one task."""
    return {"old": "match task:", "new": f'match task:\n    case "{task}":\n        return {new}'}


grader.edits(
    "saturates",
    "Of classes whose outputs are far from 0 another than the best is named, as where sigmoid or "
    "`exp` comes before `argmax`: in float32 sigmoid of 20 and of 200 is 1, and `exp(100)` is inf "
    "like `exp(200)`, so they are equal. Compare the raw outputs.",
    "outputs.argmax(dim=1)",
    [
        "outputs.sigmoid().argmax(dim=1)",
        "outputs.exp().argmax(dim=1)",
        "(outputs.exp() / outputs.exp().sum(dim=1, keepdim=True)).argmax(dim=1)",
    ],
)
grader.edits(
    "squeezes_the_result",
    "Where there is one quantity, one label or one example, a dimension of size 1 is missing, as "
    "after `.squeeze()`. Keep the shape that the table says.",
    "match task:",
    [
        *(of("regression", f"outputs.squeeze({dim})")["new"] for dim in ("", "-1", "0")),
        *(of("multilabel", f"(outputs > 0).long().squeeze({dim})")["new"] for dim in ("", "-1")),
        *(of("binary", f"(outputs > 0).long().squeeze({dim})")["new"] for dim in ("", "0")),
        "outputs = outputs.squeeze() if task != 'multiclass' else outputs\nmatch task:",
    ],
)

grader.edit(
    "picks_one_label",
    "For labels one number for each example came out, the best. Any number of labels may be right: "
    "look at each by itself.",
    **of("multilabel", "outputs.argmax(dim=1)"),
    idea="classes_compete",
)
grader.edit(
    "marks_the_best_label",
    "For labels the best one of each example is 1, and all others are 0. Any number of labels may "
    "be right, or none: look at each by itself.",
    **of(
        "multilabel",
        "torch.nn.functional.one_hot(outputs.argmax(dim=1), outputs.shape[1])",
    ),
    idea="classes_compete",
)
grader.edit(
    "lets_the_labels_compete",
    "For labels this looks at softmax, in which at most one can have more than 0.5. Each label has "
    "a sigmoid of its own.",
    **of("multilabel", "(outputs.softmax(dim=1) > 0.5).long()"),
    idea="classes_compete",
)
grader.edit(
    "asks_about_each_class_alone",
    "For classes there is a 1 or 0 for each. Exactly one class is right: return the number of the "
    "best, even where all outputs are below 0.",
    **of("multiclass", "(outputs > 0).long()"),
    idea="classes_one_by_one",
)
grader.edit(
    "lets_everything_compete",
    "For yes or no and for labels this looks at softmax, in which at most one of a row can have "
    "more than 0.5: questions compete, and even the examples of a batch. Each has a sigmoid of "
    "its own.",
    YES,
    "(outputs.softmax(dim=-1) > 0.5).long()",
    idea="classes_compete",
)
grader.edit(
    "picks_one_example",
    "For yes or no one number came out: which example has the largest output. There is a question "
    "for each example: compare each output with 0.",
    **of("binary", "outputs.argmax(dim=-1)"),
    idea="classes_compete",
)
grader.edit(
    "picks_one_class_for_all",
    "For classes one number came out for all examples: the place of the largest output in the "
    "whole table. Say along which dimension: `argmax(dim=1)`.",
    "argmax(dim=1)",
    "argmax()",
    idea="wrong_dim",
)
grader.edit(
    "returns_a_pair",
    "For classes a pair came back: `max(dim=1)` gives the outputs of the best classes and their "
    "numbers. Take the second, `.indices`.",
    "outputs.argmax(dim=1)",
    "outputs.max(dim=1)",
)
grader.edits(
    "returns_a_row_for_each_example",
    "For classes each example has a row of numbers, as its outputs or their softmax are. Return "
    "the class index of the largest, shape (N,).",
    "outputs.argmax(dim=1)",
    ["outputs.softmax(dim=1)", "outputs"],
)
grader.edit(
    "looks_along_the_examples",
    "For classes this is the best *example* of each class, along `dim=0`. The classes of an "
    "example are a row: `dim=1`.",
    "argmax(dim=1)",
    "argmax(dim=0)",
    idea="wrong_dim",
)
grader.edit(
    "keeps_a_column",
    "For classes the numbers form a column, shape (N, 1), as `keepdim=True` and `topk(1)` leave "
    "them. Return shape (N,).",
    "argmax(dim=1)",
    "argmax(dim=1, keepdim=True)",
)
grader.edits(
    "returns_the_best_output",
    "For classes these are the outputs of the best classes, or their probabilities. The numbers of "
    "the classes are asked for: `argmax`, or `.indices` of `max`.",
    "outputs.argmax(dim=1)",
    ["outputs.amax(dim=1)", "outputs.softmax(dim=1).amax(dim=1)"],
)
grader.edit(
    "makes_the_quantities_float32",
    "For regression the result is float32 where the outputs are float64, as `.float()` makes them. "
    "They are the quantities as they are.",
    **of("regression", "outputs.float()"),
    idea="dtype_not_kept",
)
grader.edit(
    "rounds_the_quantities",
    "For regression the outputs were rounded. They are the quantities themselves.",
    **of("regression", "outputs.round()"),
    idea="unasked_rounding",
)
grader.edit(
    "squashes_the_quantities",
    "For regression the outputs went through a sigmoid, which leaves nothing above 1 and nothing "
    "below 0. They are the quantities themselves.",
    **of("regression", "outputs.sigmoid()"),
)
grader.edit(
    "changes_the_outputs",
    **changed_in_place("outputs"),
    old=YES,
    new="(outputs.sigmoid_() > 0.5).long()",
)
grader.equivalent(
    "return (outputs > 0).long() -> return (outputs >= 0).long()", "no output is exactly 0"
)
