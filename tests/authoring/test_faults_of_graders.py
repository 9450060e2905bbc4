"""The author's check finds what makes a grader weak, unfair or unable to explain."""

import re

import pytest

from torchkata.authoring.proof import prove
from torchkata.course.course import Course

from command import kata


@pytest.fixture
def proved(half):
    """Prove the small course's first exercise, with a passage of a file exchanged."""

    def run(path="grader_path", old="", new=""):
        text = getattr(half, path).read_text()
        assert not old or text.count(old) == 1
        getattr(half, path).write_text(text.replace(old, new) if old else text)
        return prove(Course(half.course.root).exercises["warmup/half"], (0, 1))

    return run


# {what is wrong: (the file, the passage, what is there instead), what is said}
BROKEN = {
    "a misconception passes": (
        ("grader_path", 'new="x / 3"', 'new="x * 0.5"'),
        "misconception takes_a_third is at most 0 tolerances away",
    ),
    "a misconception differs by eight tolerances": (
        ("grader_path", 'new="x / 3"', 'new="x / 2 * (1 + 4e-9) if x.dim() > 1 else x / 2"'),
        "misconception takes_a_third is at most 8 tolerances away (seed 0); add a case that shows",
    ),
    "two misconceptions are one": (
        ("grader_path", 'new="x / 3"', 'new="x * 2"'),
        "misconception takes_a_third is explained as doubles",
    ),
    "a misconception lacks an import": (
        ("grader_path", "    return 2 * x\n", "    return math.ldexp(x, 1)\n"),
        "misconception doubles raises NameError",
    ),
    "an alternative is rejected": (
        ("solution_path", "return 0.5 * x", "return 0.51 * x"),
        "alternative times_a_half is rejected: row: half (value",
    ),
    "the reference goes by the clock": (
        (
            "solution_path",
            "    return x / 2\n",
            "    return x / 2 + __import__('time').time() % 1\n",
        ),
        "the reference does not repeat itself in case row: half",
    ),
    "the answer can be guessed": (
        ("grader_path", '{"half": halved, "gradient": x.grad, "x afterwards": x - before}', '"ok"'),
        "row, table, large show the same on every seed, and can be guessed",
    ),
    "something cannot be compared": (
        ("grader_path", '{"half": halved,', '{"set": {1}, "half": halved,'),
        "the reference shows something in case row that cannot be compared",
    ),
}


def test_a_grader_that_is_in_order_has_no_problems(proved):
    """All misconceptions caught and named, all alternatives accepted, and what each would earn."""
    proof = proved()
    assert proof.problems == []
    assert (proof.cases, proof.misconceptions, proof.caught, proof.named) == (3, 3, 3, 3)
    assert (proof.alternatives, proof.accepted) == (2, 2)
    assert proof.earns == {"doubles": 0, "gives_a_number": 0, "takes_a_third": 0}


@pytest.mark.parametrize(("change", "said"), BROKEN.values(), ids=list(BROKEN))
def test_what_is_wrong_is_found(proved, change, said):
    """And said in a sentence with what to do."""
    proof = proved(*change)
    assert any(said in problem for problem in proof.problems), proof.problems


def test_what_a_misconception_would_earn_is_told(proved):
    """By the share of the cases that it passes."""
    wrong_in_one = 'new="x / (3 if x.dim() > 1 else 2)"'
    earns = proved("grader_path", 'new="x / 3"', wrong_in_one).earns
    assert earns["takes_a_third"] == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    "drawn",
    [
        "torch.randn(5, generator=_ONE_FOR_ALL)",
        "torch.tensor(__import__('numpy').random.default_rng().random(5))",
        "1000 + torch.tensor([float(__import__('time').perf_counter_ns() % 999983)])",
    ],
)
def test_a_draw_without_a_seed_is_told_as_that(half, drawn):
    """And nothing else is, which would come of other arguments."""
    text = half.grader_path.read_text().replace("1000 + torch.randn(5)", drawn)
    text = text.replace(
        "@grader.observe", "_ONE_FOR_ALL = torch.Generator()\n\n\n@grader.observe", 1
    )
    half.grader_path.write_text(text)
    done = kata("prove", "half", "--seeds", "1", "--course", half.course.root)
    (problem,) = [line for line in done.stdout.splitlines() if line.startswith("  ! ")]
    assert re.search(
        r"half.py:\d+: case 'large' draws other arguments for the same seed; ", problem
    )
    assert "torch.Generator().manual_seed(0)" in problem
