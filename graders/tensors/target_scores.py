import torch

from torchkata import Grader, value_and_gradient

grader = Grader(
    points=1,
    level=1,
    core=True,
    after=("tensors/standardise_channels",),
    hints=(
        "Write the pairs (row, class) of the docstring's example on paper. What are the rows?",
        "`scores[rows, classes]`, with two tensors of the same length, picks one number for each "
        "pair of them.",
        "The rows are 0, 1, 2, ...: `torch.arange` counts. (Or look up `gather`.)",
    ),
)


@grader.observe
def picked_and_gradient(answer, scores, target):
    return value_and_gradient(answer, "picked scores", scores=scores, target=target)


@grader.case
def more_rows_than_classes():
    """5 rows of 3 classes."""
    return torch.randn(5, 3), torch.tensor([2, 0, 1, 1, 0])


@grader.case
def as_many_rows_as_classes():
    """4 rows of 4 classes, in float64."""
    return torch.randn(4, 4, dtype=torch.float64), torch.tensor([3, 1, 0, 1])


@grader.case
def one_row():
    """A single row of 2 classes: the shape is (1,)."""
    return torch.randn(1, 2), torch.tensor([0])


@grader.case
def ruled_out_classes():
    """6 rows of 5 classes; in each, the two classes after the target have the score -inf, and in
    the last, the target has it, too."""
    scores, target = torch.randn(6, 5), torch.tensor([1, 4, 0, 3, 2, 2])
    for after in (1, 2):
        scores[torch.arange(6), (target + after) % 5] = -torch.inf
    scores[5, 2] = -torch.inf
    return scores, target


@grader.case
def a_transposed_table():
    """3 rows of 7 classes; in memory, the numbers are column after column (`stride()` says so)."""
    return torch.randn(7, 3).T, torch.tensor([6, 0, 2])


@grader.case
def as_in_the_docstring():
    """The example of the docstring: 2 rows of 3 classes."""
    return torch.tensor([[0.1, 0.2, 0.3], [1.0, 2.0, 3.0]]), torch.tensor([2, 0])


from graders._shared import changed_in_place

PICKED = "scores[torch.arange(len(scores)), target]"

grader.edits(
    "picks_every_target_in_every_row",
    "This takes the classes of all targets from every row: N x N numbers. Each row has its own "
    "target: give the index of the row as well, `scores[rows, target]`.",
    old=PICKED,
    news=["scores[:, target]", "scores.index_select(1, target)", "scores.T[target].T"],
    idea="all_targets_in_every_row",
    more=("`:` stands for every row; N rows with N targets each are N x N numbers.",),
)
grader.edits(
    "picks_whole_rows",
    "`target` chooses rows here, whole ones, as if it were the number of an example. It is the "
    "place within a row: the second index.",
    old=PICKED,
    news=["scores[target]", "scores.index_select(0, target)"],
)
grader.edits(
    "swaps_row_and_class",
    "Row and class are swapped: `scores[n, c]` takes the row first, and `gather(0, ...)` takes the "
    "targets for rows. Where there are more rows than classes, that fails.",
    PICKED,
    ["scores[target, torch.arange(len(scores))]", "scores.gather(0, target[None]).squeeze(0)"],
    idea="swapped_dimensions",
)
grader.edits(
    "counts_through_the_whole_table",
    "All numbers come from the first row or rows: the places were counted through the whole table, "
    "as `take` and a flattened table count, and the start of each row is missing.",
    old=PICKED,
    news=["scores.take(target)", "scores.flatten()[target]"],
)


@grader.misconception(idea="dimension_left_over")
def keeps_a_dimension(scores, target):
    """The numbers are right, but in a column, shape (N, 1), as `gather` leaves them: `squeeze(1)`
    makes it (N,)."""
    return scores.gather(1, target[:, None])


@grader.misconception(idea="bare_squeeze")
def squeezes_too_much(scores, target):
    """`squeeze()` without a number removes every dimension of size 1, so a single row leaves shape
    () instead of (1,). Say which dimension: `squeeze(1)`."""
    return scores.gather(1, target[:, None]).squeeze()


@grader.misconception
def gathers_with_one_dimension(scores, target):
    """`gather` wants an index with as many dimensions as the table, and `target` has one. As a
    column, `target[:, None]`, it has two."""
    return scores.gather(1, target)


@grader.misconception
def gathers_a_row(scores, target):
    """These are numbers of the first row, in the shape (1, N): `target[None]` is one row of
    targets. A column, `target[:, None]`, gives each row its own."""
    return scores.gather(1, target[None])


@grader.misconception(idea="wrong_dim")
def gathers_along_the_rows(scores, target):
    """Along dimension 0, `gather` takes the target for a row. The classes are dimension 1:
    `gather(1, ...)`."""
    return scores.gather(0, target[:, None]).squeeze(1)


@grader.misconception(idea="minus_infinity_times_0")
def multiplies_by_one_hot(scores, target):
    """This is nan where a class is ruled out: 0 * -inf is nan. Do not multiply what you do not
    want by 0; pick what you want."""
    return (scores * torch.nn.functional.one_hot(target, scores.shape[1])).sum(dim=1)


@grader.misconception(idea="one_hot_without_num_classes")
def lets_one_hot_count_the_classes(scores, target):
    """`F.one_hot(target)` takes the largest target for the last class, and here there may be more
    classes. Tell it how many there are: `F.one_hot(target, scores.shape[1])`."""
    return scores[torch.nn.functional.one_hot(target).bool()]


grader.edits(
    "cuts_the_gradient",
    "The scores are right, but cut off from `scores`, as by `.item()`, `.tolist()`, `detach()` or "
    "`torch.tensor(...)`: no gradient can flow back, so nothing could be trained through them.",
    old=PICKED,
    news=[
        f"{PICKED}.detach()",
        "torch.tensor([s[t].item() for s, t in zip(scores, target)], dtype=scores.dtype)",
    ],
    idea="cut_graph",
)


@grader.misconception(idea="cut_graph")
def makes_a_new_tensor(scores, target):
    """The scores are right in float32, but this is a new tensor of Python numbers (`.item()`): no
    gradient flows back from it, and it is float32 even where `scores` is float64."""
    return torch.tensor([row[wanted].item() for row, wanted in zip(scores, target, strict=True)])


@grader.misconception(idea="dtype_not_kept")
def fills_a_float32_tensor(scores, target):
    """Of float64 scores these are float32, as a new tensor is (`torch.zeros(N)`) that is filled
    number by number. It takes `dtype=scores.dtype`; and what is picked needs no new tensor."""
    picked = torch.zeros(len(scores))
    for number, (row, wanted) in enumerate(zip(scores, target, strict=True)):
        picked[number] = row[wanted]
    return picked


grader.edit(
    "turns_the_sign",
    "The scores have the opposite sign, as `F.nll_loss` gives them: it makes a loss of them. Pick "
    "the scores as they are.",
    old=PICKED,
    new=f"-{PICKED}",
)
grader.edits(
    "replaces_minus_infinity",
    "Where the target itself is ruled out, a finite number comes back in place of -inf, as where "
    "-inf was replaced so that a product with 0 is no nan. Do not multiply what you do not want by "
    "0, and nothing has to be replaced.",
    old=PICKED,
    news=[
        f"scores.clamp(min={least})[torch.arange(len(scores)), target]"
        for least in (
            *("-1e4", "-1e5", "-1e6", "-1e8", "-1e9", "-1e10", "-1e12", "-1e20", "-1e30"),
            "torch.finfo(scores.dtype).min",
        )
    ]
    + ["scores.masked_fill(scores.isinf(), 0)[torch.arange(len(scores)), target]"],
)


@grader.misconception(idea="list_for_tensor")
def returns_a_list(scores, target):
    """This is a Python list with a tensor for each row. `torch.stack` makes one tensor of it, and
    two indices, `scores[rows, target]`, need no loop."""
    return [row[wanted] for row, wanted in zip(scores, target, strict=True)]


@grader.misconception(idea="cut_graph")
def returns_a_list_of_numbers(scores, target):
    """These are plain Python numbers in a list, as `.item()` and `.tolist()` give, and have no
    gradient. Return one tensor of shape (N,)."""
    return [row[wanted].item() for row, wanted in zip(scores, target, strict=True)]


@grader.misconception
def takes_the_largest(scores, target):
    """This is the largest score of each row, whatever its target is. A model that is wrong gives
    another class the largest."""
    return scores.amax(dim=1)


@grader.misconception
def adds_the_picked_scores_up(scores, target):
    """This is one number, the sum of the right scores. Return all of them, shape (N,)."""
    return scores[torch.arange(len(scores)), target].sum()


@grader.misconception
def adds_up_over_the_rows(scores, target):
    """The shape is (N, C): the other classes are 0 or -inf, and are still there. Return the
    targets' scores alone, shape (N,)."""
    wanted = torch.nn.functional.one_hot(target, scores.shape[1]).bool()
    return torch.where(wanted, scores, 0.0)


@grader.misconception
def takes_the_first_rows(scores, target):
    """This picks one number for each *class*, not for each row: `torch.arange(scores.shape[1])`
    counts classes. Count the rows: `len(scores)`."""
    return scores[torch.arange(scores.shape[1]), target]


@grader.misconception(**changed_in_place("scores"))
def rules_the_others_out(scores, target):
    picked = scores[torch.arange(len(scores)), target].clone()
    scores[torch.nn.functional.one_hot(target, scores.shape[1]) == 0] = -torch.inf
    return picked


@grader.remark(written=("for _ in _: ...", "[_ for _ in _]", "(_ for _ in _)"))
def one_by_one(scores, target):
    """No loop is needed: two tensors as indices, `scores[torch.arange(len(scores)), target]`, pick
    one number of each row at once."""
    return torch.stack([row[wanted] for row, wanted in zip(scores, target, strict=True)])
