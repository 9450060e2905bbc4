import torch

from torchkata import Grader, called

grader = Grader(
    points=1,
    level=1,
    hints=(
        "What does a tensor give for a tensor of indices?",
        "Make a tensor of the list, and index it with the hours.",
    ),
)


@grader.observe
def temperatures_and_changes(answer, hours):
    temperatures, changes = called(answer, hours=hours)
    return {"temperatures": temperatures, **changes}


@grader.case
def first_and_last():
    """The first and the last hour."""
    return torch.tensor([0, 23])


@grader.case
def all_hours():
    """All 24 hours, in any order."""
    return torch.randperm(24)


@grader.case
def again_and_again():
    """40 hours, most of them several times."""
    return torch.randint(24, (40,))


grader.edit(
    "counts_from_one",
    "Each temperature is that of the hour before, as where hours count from 1: the first is 0.",
    old="table[hours]",
    new="table[hours - 1]",
)
grader.edit(
    "counts_from_the_end",
    "The day runs backwards, as where an index is taken from the end.",
    old="table[hours]",
    new="table[23 - hours]",
)
grader.edit(
    "sorts_the_hours",
    "The temperatures are in the order of the day, not in that of `hours`: do not sort.",
    old="table[hours]",
    new="table[hours.sort().values]",
)
grader.edit(
    "sorts_the_table",
    "The temperatures are those of a day that only gets warmer, as where the table is sorted.",
    old="table[hours]",
    new="table.sort().values[hours]",
)
