import torch

from torchkata import Grader, value_and_gradient

grader = Grader(
    points=1,
    level=1,
    core=True,
    after=("tensors/target_scores", "tensors/derivative"),
    hints=(
        "A mean is a sum divided by a count. Which of the two does padding change, if it is 0?",
        "True counts as 1: how many valid entries does each row have? And 0 * nan is nan, so "
        "multiplying by the mask is not enough: look up `torch.where`.",
        "`torch.where(mask, values, 0.0)` has 0 for padding. For a row without valid entries, "
        "`clamp(min=1)` keeps the count from being 0.",
    ),
)


@grader.observe
def means_and_gradient(answer, values, mask):
    return value_and_gradient(answer, "means", values=values, mask=mask)


def padded(lengths, length):
    """Rows of `length` numbers none of which is near 0, of which the first ones are valid."""
    values = torch.rand(len(lengths), length) + 1
    return values, torch.arange(length) < torch.tensor(lengths)[:, None]


@grader.case
def rows_of_different_lengths():
    """4 rows of 6 numbers; 6, 2, 4 and 1 of them are valid, and the padding is no smaller."""
    return padded([6, 2, 4, 1], 6)


@grader.case
def valid_anywhere():
    """5 rows of 5 numbers, below and above 0; what is valid is spread out over each row."""
    values = 3 * torch.randn(5, 5)
    return values, (torch.arange(25).view(5, 5) * 7) % 3 != 1


@grader.case
def padding_of_any_kind():
    """3 rows of 4 numbers; the padding is inf, -inf or nan."""
    values, mask = padded([3, 1, 2], 4)
    values[~mask] = torch.tensor([torch.inf, torch.nan, -torch.inf, torch.nan, torch.nan, 1e30])
    return values, mask


@grader.case
def a_row_without_valid_entries():
    """4 rows of 3 numbers; the second row has no valid entry, the third has only padding of nan."""
    values, mask = padded([2, 0, 0, 3], 3)
    values[2] = torch.nan
    return values, mask


@grader.case
def valid_zeros():
    """2 rows of 7 numbers, 5 and 6 of them valid; of these, some are 0, which counts as well."""
    values, mask = padded([5, 6], 7)
    values[:, 1:4] = 0.0
    return values, mask


@grader.case
def one_row():
    """A single row of 8 numbers, 5 of them valid: the shape is (1,)."""
    return padded([5], 8)


@grader.case
def one_number_in_each_row():
    """3 rows of one number, which is valid in the first and the third."""
    return padded([1, 0, 1], 1)


@grader.case
def as_in_the_docstring():
    """The example of the docstring: 2 rows of 3 numbers."""
    values = torch.tensor([[1.0, 3.0, 0.0], [9.0, 5.0, torch.nan]])
    return values, torch.tensor([[True, True, False], [False, True, False]])


from graders._shared import INDEPENDENT, changed_in_place

BODY = """
kept = torch.where(mask, values, 0.0)
count = mask.sum(dim=1).clamp(min=1)
return kept.sum(dim=1) / count
"""
KEPT = "torch.where(mask, values, 0.0)"
COUNT = "mask.sum(dim=1).clamp(min=1)"
TOTAL = "kept.sum(dim=1)"

grader.edit(
    "ignores_the_mask",
    "This is the mean over whole rows, padding and all: `mask` has no effect on it.",
    old=BODY,
    new="return values.mean(dim=1)",
    idea="padding_counts",
)
grader.edit(
    "divides_by_the_length",
    "Padding is left out of the sum, but it still counts: a row with 2 valid entries of 6 is "
    "divided by 6. Divide by how many are valid, `mask.sum(dim=1)`.",
    old=f"{TOTAL} / count",
    new="kept.mean(dim=1)",
    idea="mean_over_the_wrong_count",
    more=("A padding of 0 adds nothing to the sum, but `mean` still counts it.",),
)
grader.edit(
    "multiplies_and_divides_by_the_length",
    "Two things. Padding still counts: divide by how many are valid, `mask.sum(dim=1)`. And where "
    "padding is inf or nan, 0 times that is nan: choose with `torch.where` instead.",
    old=BODY,
    new="return (values * mask).mean(dim=1)",
    idea="mean_over_the_wrong_count",
)
grader.edit(
    "multiplies_by_the_mask",
    "Where padding is inf or nan, the mean is nan: 0 times these is nan, not 0. Do not multiply "
    "padding away; choose, as `torch.where` and `masked_fill` do.",
    old=KEPT,
    new="values * mask",
    idea="nan_times_0",
)
grader.edit(
    "replaces_nan_alone",
    "Where padding is inf, the mean is nan: only nan was replaced, and 0 times inf is nan again. "
    "What padding is does not matter; `torch.where` chooses by the mask.",
    old=KEPT,
    new="torch.where(values.isnan(), 0.0, values) * mask",
    idea="nan_times_0",
)
grader.edit(
    "lets_an_empty_row_be_nan",
    "A row without valid entries is nan: its sum is 0, and so is its count. Divide by 1 there, as "
    "with `clamp(min=1)`, or choose 0 there with `torch.where`.",
    old=".clamp(min=1)",
    new="",
    idea="zero_divided_by_zero",
)
grader.edit(
    "multiplies_and_lets_an_empty_row_be_nan",
    "Two things. Where padding is inf or nan, 0 times that is nan: choose with `torch.where`. And "
    "a row without valid entries is 0 / 0: let it be divided by 1, as with `clamp(min=1)`.",
    old=BODY,
    new="return (values * mask).sum(dim=1) / mask.sum(dim=1)",
    idea="nan_times_0",
)
grader.edits(
    "hides_the_nan_of_an_empty_row",
    "The means are right, but gradients are nan in a row without valid entries: 0 was divided by 0 "
    "there, and what replaces the result (`torch.where`, say) does not keep `backward()` from "
    "going through the division. Let the count be 1 before you divide.",
    old=BODY,
    news=[
        f"mean = (torch.{kept} * mask).sum(dim=1) / mask.sum(dim=1)\n"
        "return torch.where(mask.any(dim=1), mean, 0.0)"
        for kept in (
            "nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)",
            "where(values.isfinite(), values, 0.0)",
        )
    ],
    idea="nan_behind_where",
)
grader.edit(
    "averages_padding",
    "The mask is turned around: these are the means of the padding. True is valid.",
    old=BODY,
    new=BODY.replace("where(mask, values", "where(~mask, values").replace(
        "mask.sum", "(~mask).sum"
    ),
    idea="mask_turned_around",
)
grader.edit(
    "turns_the_mask_around_in_the_sum",
    "The sum is that of the padding, and it is divided by how many entries are valid: True is "
    "valid, in both. (`masked_fill` fills where its mask is True.)",
    old=KEPT,
    new="torch.where(mask, 0.0, values)",
    idea="mask_turned_around",
)
grader.edit(
    "adds_up_over_the_rows",
    "`sum(dim=0)` adds up over the rows, and gives a number for each column. A row's numbers are "
    "along `dim=1`.",
    old=BODY,
    new=BODY.replace("dim=1", "dim=0"),
    idea="wrong_dim",
)
grader.edit(
    "takes_one_mean_of_all",
    "This is one number, the mean of all valid entries together: `values[mask]` is a flat list, "
    "which does not know its rows any more. Each row needs its own sum and count.",
    old=BODY,
    new="return values[mask].mean()",
    idea="one_sum_for_all",
)
grader.edit(
    "divides_by_all_valid_entries",
    "Each row's sum is divided by how many entries are valid in the whole table. Count them row by "
    "row: `mask.sum(dim=1)`.",
    old=COUNT,
    new="mask.sum()",
    idea="mean_over_the_wrong_count",
)
grader.edit(
    "divides_by_the_longest_row",
    "Each row's sum is divided by how many entries are valid in the fullest row. Each row has a "
    "count of its own.",
    old=COUNT,
    new="mask.sum(dim=1).max()",
    idea="mean_over_the_wrong_count",
)
grader.edit(
    "counts_on_rows_of_one_length",
    "Rows of different lengths fail: `values[mask]` and `masked_select` give one flat list, which "
    "becomes a table only if each row has as many valid entries. Sum and count row by row.",
    old=BODY,
    new="return values[mask].view(len(values), -1).mean(dim=1)",
    idea="one_sum_for_all",
)
grader.edits(
    "adds_1_to_the_count",
    "Every row is divided by too much, as where 1 or a small number is added to the count against "
    "0 / 0. Only a count of 0 may change: `clamp(min=1)`.",
    old=COUNT,
    news=[f"(mask.sum(dim=1) + {number})" for number in ("1", "1e-2")],
    idea="mean_over_the_wrong_count",
)
grader.edit(
    "counts_what_is_not_0",
    "A valid entry may be 0, and counts like any other. Count the True in `mask`, not the numbers "
    "that differ from 0.",
    old=COUNT,
    new="(kept != 0).sum(dim=1).clamp(min=1)",
    idea="mean_over_the_wrong_count",
)
grader.edit(
    "takes_the_first_ones",
    "The first entries of each row are taken, as many as are valid. The valid ones may be "
    "anywhere: the mask says where.",
    old=KEPT,
    new="torch.where(mask.sort(dim=1, descending=True).values, values, 0.0)",
)
grader.edit(
    "returns_sums",
    "These are the sums of the valid entries. Divide each by how many there are.",
    old=f"{TOTAL} / count",
    new=TOTAL,
    idea="sum_for_mean",
)
grader.edit(
    "keeps_a_dimension",
    "The numbers are right, but in a column, shape (N, 1), as `keepdim=True` leaves it.",
    old=f"{TOTAL} / count",
    new=f"({TOTAL} / count)[:, None]",
    idea="dimension_left_over",
)
grader.edit(
    "divides_a_row_by_a_column",
    "These are N x N numbers, each row's sum divided by every count: one of the two has shape (N, "
    "1), as `keepdim=True` leaves it, and the other (N,).",
    old=COUNT,
    new="mask.sum(dim=1, keepdim=True).clamp(min=1)",
    idea="column_meets_row",
)


@grader.misconception
def leaves_empty_rows_out(values, mask):
    """Rows without valid entries are missing, so that the others have other places. Each row needs
    a number: 0 for those."""
    used = mask.any(dim=1)
    return torch.where(mask, values, 0.0).sum(dim=1)[used] / mask.sum(dim=1)[used]


grader.edit(
    "cuts_the_gradient",
    "The means are right, but cut off from `values`, as by `detach()`, `.item()` or "
    "`torch.tensor(...)`: no gradient can flow back.",
    old=f"{TOTAL} / count",
    new=f"({TOTAL} / count).detach()",
    idea="cut_graph",
)
grader.edit(
    "returns_a_list",
    "This is a Python list. `torch.stack` makes one tensor of several; and `sum(dim=1)` adds up "
    "each row without a loop.",
    old=f"{TOTAL} / count",
    new=f"list({TOTAL} / count)",
    idea="list_for_tensor",
)
grader.edit(
    "fills_the_padding_in_place",
    **changed_in_place("values"),
    old=KEPT,
    new="values.masked_fill_(~mask, 0.0)",
)


@grader.remark(written=("for _ in _: ...", "[_ for _ in _]", "(_ for _ in _)"))
def one_by_one(values, mask):
    """No loop is needed: `sum(dim=1)` adds up all rows at once, and `torch.where` leaves out what
    is not valid."""
    means = []
    for row, valid in zip(values, mask, strict=True):
        means.append(row[valid].sum() / max(int(valid.sum()), 1))
    return torch.stack(means)


grader.equivalent("count = mask.sum(dim=1).clamp(min=1) moved", INDEPENDENT)
