import torch

from torchkata import Grader, called

grader = Grader(
    points=1,
    level=2,
    core=True,
    after=("regression_and_binary/binary_cross_entropy",),
    hints=(
        "3 of 100 are yes. How much does each of the 3 have to count to make up for 97?",
        "The number of a question times how many are yes = how many are no.",
        "Count each column for itself: `target.sum(dim=0)` of N are yes.",
    ),
)


@grader.observe
def weights(answer, target):
    weight, changes = called(answer, target=target)
    return {"pos_weight": weight, **changes}


def drawn(examples, *positive):
    """For each question, how many examples are yes: which, is drawn."""
    columns = [torch.randperm(examples) < count for count in positive]
    return torch.stack(columns, dim=1)


@grader.case
def rare_yes():
    """40 examples and 3 questions, to which 2, 5 and 20 to 30 are yes; int64."""
    return (drawn(40, 2, 5, int(torch.randint(20, 31, ()))).long(),)


@grader.case
def in_float32():
    """12 examples and 4 questions, to which 1, 3, 8 and 11 are yes."""
    return (drawn(12, *torch.tensor([1, 3, 8, 11])[torch.randperm(4)].tolist()).float(),)


@grader.case
def in_float64():
    """9 examples and 2 questions; float64."""
    return (drawn(9, *torch.randint(1, 9, (2,)).tolist()).double(),)


@grader.case
def in_bool():
    """15 examples and 5 questions; bool."""
    return (drawn(15, *torch.randint(1, 15, (5,)).tolist()),)


@grader.case
def one_question():
    """300 examples and one question, to which 3 to 9 are yes."""
    return (drawn(300, int(torch.randint(3, 10, ()))).long(),)


@grader.case
def as_in_the_docstring():
    """The example of the docstring: 4 examples and 2 questions."""
    return (torch.tensor([[1, 1], [0, 1], [0, 0], [0, 0]]),)


from graders.regression_and_binary._shared import ANOTHER_DTYPE

RESULT = "negative / positive"
grader.edit(
    "turns_it_over",
    "This is yes / no: the rarer yes is, the less it counts. Turn the fraction over.",
    RESULT,
    "positive / negative",
)
grader.edit(
    "divides_by_all",
    "All examples were divided by those that are yes: that is 1 too many. Yes has to make up for "
    "the no alone.",
    RESULT,
    "len(target) / positive",
)
grader.edit(
    "takes_the_inverse_count",
    "This is 1 / yes, a weight that makes each question's yes count 1 together. They have to count "
    "as much as all its no: how many are these?",
    RESULT,
    "1 / positive",
)
grader.edit(
    "takes_the_share_of_yes",
    "This is the share of yes: the rarer yes is, the less it counts.",
    RESULT,
    "positive / len(target)",
)
grader.edit(
    "takes_the_share_of_no",
    "This is the share of no, which is never above 1. A rare yes has to count many times.",
    RESULT,
    "negative / len(target)",
)
grader.edit(
    "halves_it",
    "This is n / (2 * count), as one balances two classes by a weight for each. No keeps its loss "
    "as it is here, so yes has to make up for all of the difference.",
    RESULT,
    "len(target) / (2 * positive)",
)
grader.edits(
    "takes_one_number_for_all",
    "One number came out for all questions. Each question has a number of its own: count along the "
    "examples only, `dim=0`.",
    """
    positive = target.sum(dim=0)
    negative = len(target) - positive
    """,
    [
        "positive = target.sum()\nnegative = target.numel() - positive",
        "positive = target.sum().expand(target.shape[1])\nnegative = target.numel() - positive",
        # In float32, until it is repeated.
        "positive, negative = (target == 1).sum(), (target == 0).sum()\n"
        "dtype = target.dtype if target.is_floating_point() else torch.float32\n"
        "negative, positive = (negative / positive).expand(target.shape[1]).to(dtype), 1",
    ],
    idea="wrong_dim",
)
grader.edit(
    "counts_over_the_questions",
    "The questions of each example were counted, along `dim=1`. Count the examples of each "
    "question: `dim=0`.",
    """
    positive = target.sum(dim=0)
    negative = len(target) - positive
    """,
    """
    positive = target.sum(dim=1)
    negative = target.shape[1] - positive
    """,
    idea="wrong_dim",
)
grader.edit(
    "takes_the_root",
    "The root of the ratio came out: it leans the right way, but only half way. A yes that is 100 "
    "times rarer has to count 100 times.",
    RESULT,
    "(negative / positive).sqrt()",
    idea="weight_falls_too_slowly",
)
grader.edits(
    "divides_whole_numbers",
    "The numbers were rounded down, as `//` does: 20 no for 3 yes are 6.67, and not 6. Write `/`.",
    RESULT,
    [
        "negative // positive",
        "(negative // positive).to(target.dtype if target.is_floating_point() else torch.float32)",
    ],
)
COUNTS = """
    positive = target.sum(dim=0)
    negative = len(target) - positive
    """
grader.edit(
    "subtracts_from_true_and_false",
    "A target of bool fails: `1 - target` is not defined for True and False. Count what is no with "
    "`(target == 0)`, or subtract after counting: `len(target) - target.sum(dim=0)`.",
    "len(target) - positive",
    "(1 - target).sum(dim=0)",
)
grader.edits(
    "turns_whole_numbers_around",
    "`~` swaps True and False alone: of the whole numbers 0 and 1 it makes -1 and -2, and it does "
    "not take floats. Count what is no with `target == 0`, or with `len(target)`.",
    "len(target) - positive",
    [
        "(~target).sum(dim=0)",
        "(~(target if target.dtype == torch.bool else target.long())).sum(dim=0)",
        "(~target.long()).sum(dim=0)",
    ],
)
grader.edit(
    "counts_yes_at_least_once",
    "No number is below 1 here, as by `clamp(min=1)`. Where yes is more frequent than no, each yes "
    "has to count less than 1.",
    RESULT,
    "(negative / positive).clamp(min=1)",
)
grader.edits(
    "averages_whole_numbers",
    "Targets of int64 and bool fail: `mean()` and `1 - target` are for floats. Convert those to "
    "float32 first, or count: `sum` takes any of them.",
    old=f"{COUNTS}return negative / positive\n    ",
    news=[
        "return (1 - target.mean(dim=0)) / target.mean(dim=0)",
        "return 1 / target.mean(dim=0) - 1",
    ],
)
grader.edits(
    "adds_to_the_count",
    "The count of yes is a little too large, as where 1 or a small number is added against a "
    "division by 0. Each column has a yes, so divide by the count itself.",
    RESULT,
    [
        "negative / (positive + 1)",
        "negative / (positive + 1e-3)",
        "(negative + 1) / (positive + 1)",
    ],
)
grader.edit(
    "scales_to_a_sum_of_one",
    "The numbers were divided by their sum. Here their size matters, other than that of class "
    "weights: no keeps its loss as it is.",
    RESULT,
    "(negative / positive) / (negative / positive).sum()",
)
grader.edit(
    "weighs_each_entry",
    "There is a number for each entry of `target`. Return one for each question, shape (C,).",
    RESULT,
    "(negative / positive).expand(target.shape)",
)
grader.edit(
    "returns_another_dtype",
    **ANOTHER_DTYPE,
    old="return",
    new="positive, negative = positive.to(torch.float32), negative.to(torch.float32)\nreturn",
)
grader.edit(
    "returns_float64",
    "The result is float64 in any case. It is of the dtype of `target` where that is a float, and "
    "float32 where it is not.",
    "return",
    "positive, negative = positive.double(), negative.double()\nreturn",
    idea="dtype_not_kept",
)
grader.edit(
    "gives_a_list",
    "This is a list of numbers, and the loss takes a tensor. Return that.",
    RESULT,
    "(negative / positive).tolist()",
)
grader.not_here(
    "size not drawn: N, 1",
    reason="With a yes and a no in each column there are two examples at least.",
)
