import torch

from torchkata import Grader, called, sum_along

grader = Grader(
    points=1,
    level=2,
    after=("cross_entropy/soft_cross_entropy",),
    hints=(
        "How much does each of 4 classes get when 0.4 is shared out, and what has the right one?",
        "F.one_hot writes a 1 for the right class. How much of that is left?",
        "Shrink the one-hot rows by `1 - epsilon`, then add the same share to all C numbers.",
    ),
)


@grader.observe
def probabilities(answer, target, num_classes, epsilon):
    rows, changes = called(answer, target=target, num_classes=num_classes, epsilon=epsilon)
    sums = sum_along(rows, 1, (len(target), num_classes))
    return {"probabilities": rows, "sum of each row": sums, **changes}


@grader.case
def two_classes():
    """6 examples of 2 classes; 0.1 is shared out."""
    return torch.randint(2, (6,)), 2, 0.1


@grader.case
def five_classes():
    """8 examples of 5 classes; 0.3 is shared out."""
    return torch.randint(5, (8,)), 5, 0.3


@grader.case
def classes_that_do_not_occur():
    """4 examples of the first 3 of 7 classes; 0.6 is shared out."""
    return torch.randint(3, (4,)), 7, 0.6


@grader.case
def nothing_to_share_out():
    """5 examples of 3 classes; epsilon is 0, so the right class has all."""
    return torch.randint(3, (5,)), 3, 0.0


@grader.case
def as_in_the_docstring():
    """The example of the docstring: 2 examples of 4 classes; epsilon is 0.5."""
    return torch.tensor([2, 0]), 4, 0.5


@grader.case
def everything_to_share_out():
    """A single example of 3 classes; epsilon is 1, so all classes have the same."""
    return torch.randint(3, (1,)), 3, 1.0


grader.edit(
    "shares_out_among_the_others",
    "Here the right class gets nothing of what is shared out, and each other class `epsilon / "
    "(C - 1)`. All C classes get the same share, the right one too.",
    "return (1 - epsilon) * one_hot + epsilon / num_classes",
    "return torch.where(one_hot == 1, 1 - epsilon, epsilon / (num_classes - 1))",
)

REFERENCE = "return (1 - epsilon) * one_hot + epsilon / num_classes"

grader.edit(
    "leaves_the_right_class_out",
    "The right class gets its share of `epsilon` as well, on top of `1 - epsilon`: without it a "
    "row does not sum to 1.",
    REFERENCE,
    "return torch.where(one_hot == 1, 1 - epsilon, epsilon / num_classes)",
)

grader.edit(
    "shares_out_more_than_there_is",
    "The right class has what it should have, but the others share all of `epsilon` once more: a "
    "row sums to more than 1. Each class gets `epsilon / C`.",
    REFERENCE,
    "share = epsilon / num_classes\n"
    "return torch.where(one_hot == 1, 1 - epsilon + share, epsilon / (num_classes - 1))",
)

grader.edit(
    "shares_out_to_one_class_too_few",
    "`epsilon / (C - 1)` is given to all C classes here, the right one too: a row sums to more "
    "than 1. Each of C classes gets `epsilon / C`.",
    "epsilon / num_classes",
    "epsilon / (num_classes - 1)",
)

grader.edit(
    "gives_all_of_it_to_each_other_class",
    "Here each other class gets all of `epsilon`, and the right one no share. It is shared out: "
    "each of the C classes gets `epsilon / C`.",
    REFERENCE,
    "return torch.where(one_hot == 1, 1 - epsilon, epsilon)",
)

grader.edit(
    "adds_all_of_it_to_every_class",
    "Each class gets all of `epsilon` here, and a row sums to more than 1. It is shared out: "
    "divide it by the number of classes.",
    "epsilon / num_classes",
    "epsilon",
)

grader.edit(
    "takes_nothing_away",
    "What is shared out has to be taken from the right class first: the rows sum to `1 + epsilon`.",
    "(1 - epsilon) * one_hot",
    "one_hot",
)

grader.edit(
    "gives_nothing_back",
    "Here `epsilon` is taken from the right class and given to nobody: a row sums to less than 1. "
    "Share it out among all classes, with `/` (`//` makes the share 0).",
    " + epsilon / num_classes",
    "",
)

grader.edit(
    "swaps_the_two_parts",
    "The two parts have changed places: the right class keeps `1 - epsilon`, and `epsilon` is "
    "shared out.",
    REFERENCE,
    "return epsilon * one_hot + (1 - epsilon) / num_classes",
)

grader.edit(
    "ignores_epsilon",
    "These rows are quite sure: `epsilon` has no effect on them.",
    REFERENCE,
    "return one_hot.float()",
)

grader.edit(
    "returns_the_one_hot_integers",
    "These are integers, as `F.one_hot` gives them, and probabilities are floats: `epsilon` has "
    "no effect yet. Subtract `epsilon` from the 1, and share it out.",
    REFERENCE,
    "return one_hot",
    idea="integers_for_floats",
)

grader.edit(
    "writes_into_integers",
    "This tensor holds integers, as `F.one_hot` gives them, and a float written into it loses the "
    "digits after its decimal point: 0.9 becomes 0. Make it float first, or compute a new tensor.",
    REFERENCE,
    "one_hot[one_hot == 1] = 1 - epsilon\n"
    "one_hot[one_hot == 0] = epsilon / num_classes\n"
    "return one_hot",
    idea="integers_for_floats",
)

grader.edit(
    "multiplies_integers_in_place",
    "This tensor holds integers, as `F.one_hot` gives them, and `*=` and `+=` cannot put floats "
    "there: call `.float()` first, or compute a new tensor.",
    REFERENCE,
    "one_hot *= 1 - epsilon\nreturn one_hot + epsilon / num_classes",
)

grader.edit(
    "lets_the_targets_say_how_many_classes",
    "Without `num_classes`, `F.one_hot` goes no further than the largest class in `target`, and "
    "the rows come out too short where the last classes do not occur.",
    "F.one_hot(target, num_classes)",
    "F.one_hot(target)",
    idea="one_hot_without_num_classes",
)

grader.edit(
    "shares_out_among_two",
    "`epsilon / 2` is the share of two classes, as formulas for yes and no have it. Among C "
    "classes each one gets `epsilon / C`.",
    "epsilon / num_classes",
    "epsilon / 2",
)

grader.edit(
    "shares_out_among_the_examples",
    "`len(target)` is the number of examples. What is taken from a class is shared out among the "
    "classes: divide by `num_classes`.",
    "epsilon / num_classes",
    "epsilon / len(target)",
)

grader.edit(
    "adds_and_divides_by_the_sum",
    "Dividing by the sum makes a row sum to 1, but the right class has then lost less than "
    "`epsilon`. Take all of it away, and share it out.",
    REFERENCE,
    "return (one_hot + epsilon / num_classes) / (1 + epsilon)",
)

grader.edit(
    "adds_all_of_it_and_divides_by_the_sum",
    "Dividing by the sum makes a row sum to 1, but what the right class has lost is no longer "
    "`epsilon`. Take `epsilon` away, and share it out.",
    REFERENCE,
    "return (one_hot + epsilon) / (1 + num_classes * epsilon)",
)

grader.edit(
    "writes_every_target_into_every_row",
    "`[:, target]` means the classes of all examples, in each row. Pair each row with its own "
    "class: `[torch.arange(N), target]`, `scatter`, or `F.one_hot`.",
    """
    one_hot = F.one_hot(target, num_classes)
    return (1 - epsilon) * one_hot + epsilon / num_classes
    """,
    """
    share = epsilon / num_classes
    probabilities = torch.full((len(target), num_classes), share, device=target.device)
    probabilities[:, target] = 1 - epsilon + share
    return probabilities
    """,
    idea="every_target_in_every_row",
)

grader.edit(
    "returns_double_precision",
    "The numbers are right, but in float64: make them float32, as the scores of a model are.",
    "one_hot + epsilon",
    "one_hot.double() + epsilon",
    idea="float64_for_float32",
)

grader.edit(
    "returns_a_list",
    "This is a list, and a tensor is asked for: `torch.tensor(rows, device=target.device)`, or "
    "`torch.stack(rows)` where its rows are tensors.",
    REFERENCE,
    "return ((1 - epsilon) * one_hot + epsilon / num_classes).tolist()",
    idea="list_for_tensor",
)

grader.edit(
    "adds_to_one_row_again_and_again",
    "`[row] * N` is the same row N times: what is added to one is added to all. Make a new list "
    "for each example.",
    """
    one_hot = F.one_hot(target, num_classes)
    return (1 - epsilon) * one_hot + epsilon / num_classes
    """,
    """
    rows = [[epsilon / num_classes] * num_classes] * len(target)
    for row, label in zip(rows, target.tolist(), strict=True):
        row[label] += 1 - epsilon
    return torch.tensor(rows, device=target.device)
    """,
)

grader.edit(
    "scatters_along_a_flat_target",
    "`scatter` wants an index of as many dimensions as the tensor that it writes to: give it "
    "`target[:, None]`, shape (N, 1), or `target.unsqueeze(1)`.",
    REFERENCE,
    "return (0.0 * one_hot).scatter(1, target, 1 - epsilon) + epsilon / num_classes",
)


@grader.misconception(idea="one_hot_without_num_classes")
def counts_the_classes_in_the_target(target, num_classes, epsilon):
    """The number of classes is taken from `target` here (`target.max() + 1`, or `one_hot` without
    `num_classes`), and the last ones may not occur in it: use `num_classes`."""
    one_hot = torch.nn.functional.one_hot(target)
    return one_hot * (1 - epsilon) + epsilon / (target.max() + 1)


@grader.remark(written=("for _ in _: ...", "[_ for _ in _]", "(_ for _ in _)"))
def one_by_one(target, num_classes, epsilon):
    """No loop is needed: `F.one_hot(target, num_classes)` makes the rows of all examples at
    once."""
    rows = []
    for label in target.tolist():
        row = [epsilon / num_classes] * num_classes
        row[label] += 1 - epsilon
        rows.append(row)
    return torch.tensor(rows, device=target.device)
