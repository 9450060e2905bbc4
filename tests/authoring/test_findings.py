"""What `kata prove` finds besides weak graders: broken contracts, and what authors forget."""

import pytest

from torchkata.authoring.findings import findings
from torchkata.authoring.findings.docstrings import Argument
from torchkata.authoring.findings.exactness import within_a_tolerance
from torchkata.authoring.findings.kinds import CONTRACTS, KINDS
from torchkata.authoring.findings.promises import not_observed
from torchkata.course.course import Course

from command import kata

EXAMPLE = '''@grader.case
def as_in_the_docstring():
    """4 and 6."""
    return torch.tensor([4.0, 6.0])


# What follows'''
LARGE = '''@grader.case
def large():
    """Numbers around a thousand."""
    return 1000 + torch.randn(5)


'''
BELOW = """
def one():
    return 1.0


grader.edit("halves_the_square", "There is no square in it.", old="x / 2", new="x * x / 2")
grader.not_here(
    "exception alone: gives_a_number", reason="A number has no `square`: every case raises."
)
"""


@pytest.fixture
def whole(half):
    """The small course's first exercise, made complete."""
    text = half.grader_path.read_text()
    text = text.replace('"x afterwards": x - before', '"entries changed in x": changed')
    text = text.replace("    return {", "    changed = changed_entries(before, x)\n    return {")
    text = text.replace("import Grader", "import Grader, changed_entries")
    half.grader_path.write_text(text.replace("# What follows", EXAMPLE, 1) + BELOW)
    (half.stub_path.parent / "README.md").write_text("# Warmup\n")
    return Course(half.course.root).exercises["warmup/half"]


def found_in(exercise):
    """The findings, read again from its files."""
    return findings(Course(exercise.course.root).exercises[exercise.id], (0, 1))


def exchange(path, old, new):
    """Exchange a passage that is there once."""
    text = path.read_text()
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, new))


# {what is wrong: (the file, the passage, what is there instead, the kinds found, what is said)}
GRADER, SOLUTION = "grader_path", "solution_path"
ROW_AND_TABLE = '''return torch.randn(4)


@grader.case
def table():
    """Two rows of three random numbers, in float64."""
    return torch.randn(2, 3,'''
TABLE = "return torch.randn(2, 3, dtype=torch.float64)"
BROKEN = {
    "two cases": (
        GRADER, LARGE + EXAMPLE, "# What follows", ["few cases", "example not a case"],
        "graders/warmup/half.py:1: 2 cases; write 3 at least",
    ),
    "three misconceptions": (
        GRADER, BELOW.splitlines()[5], "", ["few misconceptions"],
        "graders/warmup/half.py:1: 3 misconceptions; write 4 at least",
    ),
    "one alternative": (
        SOLUTION, "def times_a_half", "def _times_a_half", ["few alternatives"],
        "solutions/warmup/half.py:1: 1 alternatives; write 2 at least",
    ),
    "no example": (
        SOLUTION, ">>> half(torch.tensor([4.0, 6.0]))", "(none)", ["no example"],
        "half has no example; write one (`>>>`) into its docstring",
    ),
    "an example that is wrong": (
        SOLUTION, "tensor([2., 3.])", "tensor([2., 4.])", ["wrong example"],
        "half.py:16: the example prints 'tensor([2., 3.])', not 'tensor([2., 4.])'; correct it",
    ),
    "an example that raises": (
        SOLUTION, ">>> half(torch.tensor([4.0, 6.0]))", ">>> half(4, 6)", ["wrong example"],
        "half.py:16: the example raises TypeError: too many positional arguments",
    ),
    "an address that is none": (
        SOLUTION, "https://docs", "docs", ["no page to read"],
        "half.py:7: the docstring does not end with a page to read; end it with `Read: ",
    ),
    "another signature": (
        SOLUTION, "def by_subtraction(x)", "def by_subtraction(x, y=1)", ["other signature"],
        "by_subtraction takes (x, y=1); let it take what the reference takes, (x)",
    ),
    "an argument that changes": (
        SOLUTION, "    return x / 2", "    x.data *= 1\n    x.data += 1\n    return x / 2 - 0.5",
        ["argument changed"] * 4, "the reference changes x in case row; let it work on a copy",
    ),
    "a setting that changes": (
        SOLUTION, "    return x / 2", "    torch.set_num_threads(2)\n    return x / 2",
        ["setting changed"], "changes a setting of everybody's, threads, in case ",
    ),
    "a generator that is seeded": (
        SOLUTION, "    return x / 2", "    torch.manual_seed(0)\n    return x / 2",
        ["generator seeded"], "half.py:22: the reference seeds everybody's generator with torch.",
    ),
    "nan": (
        GRADER, "return 1000 + torch.randn(5)", "return torch.randn(5) / 0", ["not finite"],
        "half.py:36: case 'large' shows nan or inf; say in its sentence that it does",
    ),
    "two answers in the stub": (
        SOLUTION, "def half(x)", "class Half:\n    pass\n\n\ndef half(x)", ["stub"],
        "half.py:1: the stub defines Half, half; only half is to be there",
    ),
    "a program to fix that says something else": (
        GRADER, "    hints=(", "    start='def half(x:\\n return x / 2\\n',\n    hints=(", ["stub"],
        "half.py:8: `start` differs from the solution above the code; copy that part",
    ),
    "a part that is not written": (
        GRADER, "How often does 2 go into x?", "TODO: a question that leads there.",
        ["not written"], "half.py:8: 1 parts are not written yet; write each in the place of its",
    ),
    "a sentence above the cut": (
        GRADER, "How often does 2 go into x?", "A third is `x / 3`; a half is `x / 2`.",
        ["answer given away"], "half.py:8: the sentence of takes_a_third is above the first mis",
    ),
    "an import of the course": (
        GRADER, "import torch\n\nfrom torchkata",
        "import torch\nfrom solutions.warmup.half import half as known\nfrom torchkata",
        ["cut grader"], "half.py:2: NotHandedIn: solutions (behind the walls, what is above",
    ),
    "a helper from below": (
        GRADER, TABLE, TABLE + " * one()", ["cut grader"],
        "half.py:30: case 'table' cannot draw its arguments: NameError",
    ),
    "an observer that imports what is not there": (
        GRADER, "    before = x.clone()", "    import pytest\n    before = x.clone()",
        ["cut grader"], "case 'row' gives NotHandedIn: pytest without the lower part",
    ),
    "a bound": (
        SOLUTION, "floating point.", "floating point, from -7 to 7.", ["bound not drawn"] * 2,
        "half.py:10: no case reaches 'from -7 to 7', which is said of `x`; draw it in a case",
    ),
    "a dtype that is named": (
        SOLUTION, "floating point.", "float32, float64 or float16.", ["dtype not drawn"],
        "`x` may be float16, and no case draws it so; let one do so",
    ),
    "any dtype": (
        GRADER, ", dtype=torch.float64", "", ["dtype not drawn"],
        "`x` may have any floats, and all cases draw float32; draw another dtype in one",
    ),
    "no number below 0": (
        GRADER, ROW_AND_TABLE, ROW_AND_TABLE.replace("randn", "rand"), ["sign not drawn"],
        "`x` may be below 0, and is so in no case: an `abs()` passes; draw such numbers",
    ),
    "no dtype": (
        SOLUTION, "any shape, floating point.", "any shape.", ["dtype not said"],
        "`Args` does not say which dtype `x` has; cases draw float32 and float64",
    ),
    "any number of dimensions": (
        GRADER, "torch.randn(2, 3,", "torch.randn(6,", ["dimensions not drawn"],
        "`x` may have any number of dimensions, and all cases draw 1; draw another",
    ),
    "a size": (
        SOLUTION, "x: any shape,", "x: shape (2, N),", ["size not drawn"],
        "half.py:10: N is 3 in all cases; draw another size in one; or grader.not_here(\"size",
    ),
    "a size of 1": (
        SOLUTION, "x: any shape,", "x: shape (N,),", ["size not drawn"],
        "half.py:10: N is 1 in no case: a `squeeze()` passes; draw that, or say `N at least",
    ),
    "an example that is no case": (
        GRADER, "return torch.tensor([4.0, 6.0])", "return torch.tensor([4.0, 6.5])",
        ["example not a case"], "half.py:16: no case draws the arguments of this example",
    ),
    "a difference": (
        GRADER, "changed_entries(before, x)", "(x - before).abs().sum()",
        ["change within a tolerance"], "half.py:20: 'entries changed in x' is a difference",
    ),
    "an exception that is not explained": (
        GRADER, BELOW[BELOW.index("grader.not_here") :], "", ["exception alone"],
        "gives_a_number differs from the reference by AttributeError alone, raised by what looks",
    ),
    "a reason that is not needed": (
        GRADER, "exception alone: gives_a_number", "size not drawn: N",
        ["exception alone", "needless reason"],
        "not_here('size not drawn: N', ...) sets no finding aside; delete it",
    ),
}  # fmt: skip


def test_an_exercise_that_is_complete_has_no_findings(whole):
    """Nor does one whose author has said why something is not there."""
    assert [str(one) for one in found_in(whole)] == []


@pytest.mark.parametrize(("path", "old", "new", "kinds", "said"), BROKEN.values(), ids=list(BROKEN))
def test_what_is_missing_is_found(whole, path, old, new, kinds, said):
    """Once, with the file, the line, and what to do."""
    exchange(getattr(whole, path), old, new)
    found = found_in(whole)
    assert [one.kind for one in found] == kinds
    assert said in " ".join(map(str, found))


def test_every_kind_is_tried(whole):
    """No kind of finding is there that the tests above do not bring about."""
    tried = {kind for _, _, _, kinds, _ in BROKEN.values() for kind in kinds}
    assert tried == {*KINDS} - {"promise not observed", "no module page"}
    (whole.stub_path.parent / "README.md").unlink()
    assert [one.kind for one in found_in(whole)] == ["no module page"]


def test_no_reason_sets_a_contract_aside(whole):
    """A wrong example is wrong, whatever its author says."""
    exchange(whole.solution_path, "tensor([2., 3.])", "tensor([2., 4.])")
    with whole.grader_path.open("a") as grader:
        grader.write('grader.not_here("wrong example: 1", reason="I like it.")\n')
    assert [one.kind for one in found_in(whole)] == ["wrong example", "needless reason"]
    assert "wrong example" in CONTRACTS


def test_a_reason_is_a_sentence(whole):
    """Without one, the grader cannot be used."""
    exchange(whole.grader_path, "A number has no `square`: every case raises.", " ")
    done = kata("prove", "half", "--course", whole.course.root)
    assert done.returncode == 1
    assert done.stdout.startswith("warmup/half: cannot be used\n")
    assert "not_here(exception alone: gives_a_number) has no reason; say why" in done.stdout


def test_prove_tells_what_is_missing(elsewhere):
    """In a course elsewhere: one case, no misconception, and an example that is wrong."""
    exercise = elsewhere.exercises["warmup/double"]
    exchange(exercise.solution_path, "tensor([8.])", "tensor([9.])")
    done = kata("prove", "double", "--no-mutants", "--write", "--course", elsewhere.root)
    assert done.returncode == 1
    told = [line.strip() for line in done.stdout.splitlines() if line.startswith("  ! ")]
    for said in (
        f"! {exercise.grader_path}:1: 1 cases; write 3 at least",
        f"! {exercise.grader_path}:1: 1 misconceptions; write 4 at least",
        f"! {exercise.solution_path}:16: the example prints 'tensor([8.])', not 'tensor([9.])'; "
        "correct it",
    ):
        assert told.count(said) == 1


# {text of an argument: (the words of its bounds, and what reaches them, kind by kind)}
READ = {
    "a float from 0 to 1, both included": [(0, "at"), (1, "at")],
    "shape (N, 3), in [0, C), at least 2": [(0, "at"), (2, "at")],
    "in (0, 1]": [(0, "above"), (1, "at")],
    "above 0, often far below 1": [(0, "above"), (1, "far")],
    "0 or above; often 0.9": [(0, "at"), (0.9, "at")],
    "shape (N, T); T at least 2": [(2, "letter")],
    "shape (N, H, W); N, H and W may be 1": [(1, "letter")],
    "up to 1e6 in size, some of them 150 apart": [(1e6, "size"), (150, "apart")],
    "an integer, usually -100, -1 or 255": [(-100, "at"), (-1, "at"), (255, "at")],
    "n >= 1, x < 3, y > -2": [(1, "at"), (3, "below"), (-2, "above")],
    "float32, as `x[0]` or layer 3 has it": [],
}


@pytest.mark.parametrize("text", READ)
def test_bounds_are_read_out_of_words(text):
    """Numbers with the words beside them; others are no bounds."""
    bounds = Argument("x", text, 1).bounds
    assert sorted((one.number, one.kind) for one in bounds) == sorted(READ[text])


# {what an observation is named, and how it is made: whether a tolerance hides a change in it}
OBSERVED = {
    '{"changed": (x - before).abs().max()}': True,
    '{"x afterwards": x.sub(1) - before}': True,
    '{"unchanged": torch.allclose(x, before)}': True,
    '{"changed": torch.equal(x, before)}': False,
    '{"changed": changed_entries(before, x)}': False,
    '{"moved by": x - before}': False,
    '{"entries changed": len(x) - len(y)}': False,
    '{"changed": x - y}': False,
}


@pytest.mark.parametrize("made", OBSERVED)
def test_a_change_is_exact(whole, made):
    """A difference from a copy is compared within a tolerance; whether it is equal, exactly."""
    exchange(whole.grader_path, "    return {", f"    y, seen = before + 0, {made}\n    return {{")
    exercise = Course(whole.course.root).exercises[whole.id]
    assert bool([*within_a_tolerance(exercise)]) == OBSERVED[made]


def test_a_promise_is_observed_wherever_it_is_made(whole):
    """Two others say it, and observe it by one name; the third says it alone."""
    root, name = whole.course.root, "entries changed in x"
    exchange(whole.solution_path, "floating point.", "floating point. Do not modify it.")
    for one in ("second", "third"):
        for kind in ("graders", "solutions"):
            text = (root / kind / "warmup" / "half.py").read_text().replace("half(", f"{one}(")
            (root / kind / "warmup" / f"{one}.py").write_text(text)
    exercises = Course(root).exercises
    assert [*not_observed(exercises["warmup/half"])] == []
    exchange(exercises["warmup/half"].grader_path, f'"{name}": changed', '"kept": 0')
    (root / "graders" / "warmup" / "fourth.py").write_text("points = 1\n")
    elsewhere = root.rename(root.parent / "again")
    (finding,) = not_observed(Course(elsewhere).exercises["warmup/half"])
    assert finding.id == "promise not observed: x, do not modify it"
    assert f"in warmup/second, where it is observed as {name!r}, and here it is not" in str(finding)


def test_an_exception_of_its_own_line_is_enough(whole):
    """It is told with that line, and has to agree in its type and its message."""
    with whole.grader_path.open("a") as grader:
        grader.write('\ngrader.edit("asks", "x has no half.", old="x / 2", new="x.half_of()")\n')
    assert found_in(whole) == []
