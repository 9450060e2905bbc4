import random

from torchkata import Grader

grader = Grader(
    points=1,
    level=1,
    core=True,
    after=("tensors/append_ones", "tensors/masked_mean"),
    hints=(
        "Ask two questions of each line: does PyTorch record it, as a step that a gradient can go "
        "back through? And is the new `y` a new tensor, or the same memory as before?",
        "Whole numbers have no slope, and a Python number has no history. For `h`, only a line "
        "that writes into memory counts, and only as long as `y` and `h` share it.",
        "`clone` copies the memory and keeps the gradient; `detach` keeps the memory and cuts the "
        "gradient. What `y.data *= 3` does, PyTorch does not see.",
    ),
)

LINES = (
    "multiply",
    "in place",
    "data",
    "no_grad",
    "clone",
    "detach",
    "item",
    "to float64",
    "to int64",
)


@grader.observe
def predictions(answer, programs):
    seen = {}
    for lines in programs:
        seen[", ".join(lines) or "no line"] = answer(list(lines))
    return seen


def drawn(count, shortest, longest):
    """`count` different lists of lines."""
    programs = {}
    while len(programs) < count:
        lines = random.choices(LINES, k=random.randint(shortest, longest))
        programs[tuple(lines)] = lines
    return (list(programs.values()),)


def shuffled(programs):
    """The same lists in another order."""
    return (random.sample(programs, len(programs)),)


@grader.case
def no_line():
    """Nothing happens to `y`, as in the example of the docstring; or one line, `multiply`."""
    return ([[], ["multiply"]],)


@grader.case
def each_line_alone():
    """9 programs, of one line each."""
    return shuffled([[line] for line in LINES])


@grader.case
def multiplied_afterwards():
    """9 programs of two lines: one line, and then `multiply`."""
    return shuffled([[line, "multiply"] for line in LINES])


@grader.case
def changed_in_place_afterwards():
    """9 programs of two lines: one line, and then `in place`."""
    return shuffled([[line, "in place"] for line in LINES])


@grader.case
def changed_behind_the_graph():
    """9 programs of three lines: one line, then `data` twice."""
    return shuffled([[line, "data", "data"] for line in LINES])


@grader.case
def longer_ones():
    """30 programs of 3 to 6 lines."""
    return drawn(30, 3, 6)


GROWS = 'line in ("multiply", "in place")'
CUTS = 'line in ("no_grad", "detach", "item", "to int64")'
WRITES = 'line in ("in place", "data") and shared'
COPIES = 'line not in ("in place", "data", "detach")'

grader.edit(
    "believes_that_clone_cuts",
    "`clone()` is a step like any other: the copy has its own memory, and the gradient goes back "
    "through it.",
    old=CUTS,
    new='line in ("no_grad", "detach", "item", "to int64", "clone")',
    idea="clone_cuts",
)
grader.edit(
    "believes_that_float64_cuts",
    "From float32 to float64 is a step that a gradient goes back through. Only whole numbers, as "
    "int64, have none.",
    old=CUTS,
    new='line in ("no_grad", "detach", "item", "to int64", "to float64")',
)
grader.edit(
    "believes_that_data_cuts",
    "`y.data *= 3` changes numbers, and `y` is still the tensor with its history: the gradient "
    "goes back as before.",
    old=CUTS,
    new='line in ("no_grad", "detach", "item", "to int64", "data")',
)
grader.edit(
    "believes_that_in_place_cuts",
    "`y *= 3` is recorded like `3 * y`: the gradient goes back through it, 3 times as large.",
    old=CUTS,
    new='line in ("no_grad", "detach", "item", "to int64", "in place")',
)
grader.edit(
    "believes_that_int64_keeps",
    "Whole numbers have no slope: at int64 the gradient ends, and another conversion does not "
    "bring it back.",
    old=CUTS,
    new='line in ("no_grad", "detach", "item")',
)
grader.edit(
    "believes_that_a_new_tensor_keeps",
    "`y.item()` is a Python number, which has no history. A tensor that is made of it begins "
    "again: no gradient goes back.",
    old=CUTS,
    new='line in ("no_grad", "detach", "to int64")',
    idea="cut_graph",
)
grader.edit(
    "believes_that_detach_keeps",
    "`detach()` gives a tensor without history: no gradient goes back through it.",
    old=CUTS,
    new='line in ("no_grad", "item", "to int64")',
    idea="cut_graph",
)
grader.edit(
    "believes_that_no_grad_keeps",
    "What is computed under `torch.no_grad()` is not recorded: the result has no history, and the "
    "gradient ends there.",
    old=CUTS,
    new='line in ("detach", "item", "to int64")',
    idea="cut_graph",
)
grader.edit(
    "believes_that_no_grad_keeps_and_counts",
    "What is computed under `torch.no_grad()` is not recorded, neither the factor nor anything "
    "before it: the gradient ends there.",
    old="""
    if line in ("multiply", "in place"):
        gradient *= 3
    if line in ("no_grad", "detach", "item", "to int64"):
        gradient = 0.0
    """,
    new="""
    if line in ("multiply", "in place", "no_grad"):
        gradient *= 3
    if line in ("detach", "item", "to int64"):
        gradient = 0.0
    """,
    idea="cut_graph",
)
grader.edit(
    "believes_that_data_is_recorded",
    "`y.data *= 3` triples the number, and PyTorch does not see it: the gradient is that of "
    "before, and wrong, without any error. That is why `.data` is not safe.",
    old=GROWS,
    new='line in ("multiply", "in place", "data")',
    idea="data_is_safe",
)
grader.edit(
    "believes_that_in_place_is_not_recorded",
    "`y *= 3` is recorded like `3 * y`: it makes the gradient 3 times as large. (Only what is done "
    "to `.data` is not seen.)",
    old=GROWS,
    new='line == "multiply"',
)
grader.edit(
    "believes_that_detach_copies",
    "`detach()` cuts the gradient and copies nothing: its result shares memory with `y`, so that "
    "what is written into one is in the other, too. `detach().clone()` copies.",
    old=COPIES,
    new='line not in ("in place", "data")',
    idea="detach_copies",
)
grader.edit(
    "believes_that_clone_shares",
    "`clone()` copies: what is written into the copy later does not reach `h`.",
    old=COPIES,
    new='line not in ("in place", "data", "detach", "clone")',
)
grader.edit(
    "believes_that_float64_shares",
    "float64 takes twice as much memory, so `to(torch.float64)` makes a new tensor: what is "
    "written into it later does not reach `h`.",
    old=COPIES,
    new='line not in ("in place", "data", "detach", "to float64")',
)
grader.edit(
    "believes_that_int64_shares",
    "`to(torch.int64)` makes a new tensor, as any other dtype does: what is written into it later "
    "does not reach `h`.",
    old=COPIES,
    new='line not in ("in place", "data", "detach", "to int64")',
)
grader.edit(
    "believes_that_conversions_share",
    "Another dtype needs other memory, so `to(...)` makes a new tensor here: what is written into "
    "it later does not reach `h`.",
    old=COPIES,
    new='line not in ("in place", "data", "detach", "to int64", "to float64")',
)
grader.edit(
    "believes_that_y_is_always_h",
    "`h` changes with every line that writes into `y` here. Once `y` names another tensor, as "
    "after `y = 3 * y` or `clone()`, it does not.",
    old=WRITES,
    new='line in ("in place", "data")',
)
grader.edit(
    "believes_that_h_never_changes",
    "`h` is 2 here, whatever happens. But `y = h` copies nothing: both are names of one tensor, "
    "and what is written into it is in both.",
    old=WRITES,
    new="False",
    idea="assignment_copies",
)
grader.edit(
    "believes_that_data_is_a_copy",
    "`y.data` is the memory of `y`, not a copy: writing into it changes `y`, and `h` as long as "
    "the two share it.",
    old=WRITES,
    new='line == "in place" and shared',
)
grader.edit(
    "believes_that_in_place_makes_a_new_tensor",
    "`y *= 3` writes into the memory of `y`, so `h` changes, too, as long as the two share it. "
    "Only `y = y * 3` makes a new tensor.",
    old=WRITES,
    new='line == "data" and shared',
)
grader.edit(
    "believes_that_multiply_changes_h",
    "`y = 3 * y` makes a new tensor and gives it the name `y`. The old one, which `h` names, is "
    "not touched.",
    old="""
    if line in ("in place", "data") and shared:
        h *= 3
    if line not in ("in place", "data", "detach"):
        shared = False
    """,
    new="""
    if line in ("multiply", "in place", "data") and shared:
        h *= 3
    if line not in ("multiply", "in place", "data", "detach"):
        shared = False
    """,
)
grader.edit(
    "believes_that_h_is_what_y_is",
    "`h` is 3 times as large after every line that triples `y`. But `h` names the first tensor, "
    "and `y` another one as soon as a line makes one.",
    old="""
    if line in ("in place", "data") and shared:
        h *= 3
    """,
    new="""
    if line in ("multiply", "no_grad", "in place", "data"):
        h *= 3
    """,
)
grader.edit(
    "returns_a_whole_number",
    "Where the gradient ends, `x.grad` is 1, a whole number. Python floats are asked for: 1.0.",
    old="gradient = 0.0",
    new="gradient = 0",
)
grader.edits(
    "counts_each_name_once",
    "A line that is there several times has its effect once here, as where a `set` or `in` asks "
    "which names there are. Go through `lines` in their order, and do each of them.",
    old="for line in lines:",
    news=[
        "for line in dict.fromkeys(lines):",
        "for line in ('multiply', 'in place', 'data', 'no_grad', 'clone', 'detach', 'item', "
        "'to float64', 'to int64'):\n    if line not in lines:\n        continue",
    ],
)
grader.edit(
    "returns_tensors",
    "These are tensors, and Python floats are asked for: `.item()` makes one.",
    old='return {"x.grad": 1 + gradient, "h": h}',
    new='import torch\nreturn {"x.grad": torch.tensor(1 + gradient), "h": torch.tensor(h)}',
)
grader.edit(
    "forgets_x_itself",
    "`x + y` has `x` in it as well: it brings 1 to its own gradient, besides what comes through "
    "`y`.",
    old="1 + gradient",
    new="gradient",
)
grader.edit(
    "forgets_the_factor_of_h",
    "`y` begins as `h`, which is 2 * x: what comes back through it is 2 times as large. (The chain "
    "rule.)",
    old="gradient, h, shared = 2.0,",
    new="gradient, h, shared = 1.0,",
)
grader.edit(
    "adds_factors_up",
    "Factors multiply: after two lines with 3, the gradient through `y` is 2 * 3 * 3. (The chain "
    "rule.)",
    old="gradient *= 3",
    new="gradient += 3 * (gradient > 0)",
)
grader.edits(
    "returns_none_where_it_is_cut",
    "Where the lines cut the gradient off, `x` still has the one it brings itself: `x.grad` is "
    "1.0, neither None nor 0.",
    old="1 + gradient",
    news=["1 + gradient if gradient else None", "1 + gradient if gradient else 0.0"],
)

grader.not_here(
    "example not a case: call 1",
    reason="A case is a list of such lists, and the empty one is among those of `no_line`.",
)

SEPARATE = "Each of these looks at the line, and changes what the next one does not look at."
for old, then in ((CUTS, "gradient = 0.0"), (WRITES, "h *= 3"), (COPIES, "shared = False")):
    change = f"if {old}: / {then} moved".replace('"', "'")
    grader.equivalent(change, SEPARATE)
