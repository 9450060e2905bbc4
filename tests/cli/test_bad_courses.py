"""A course with something wrong in it: every command says so in one sentence, and what to write."""

import pytest

from command import kata

COMMANDS = (
    ("list",),
    ("hint", "half"),
    ("prove", "half", "--no-mutants", "--no-pairs", "--seeds", "1"),
    ("sentences",),
    ("build-course", "--out", "dist"),
)
BROKEN = {
    "no TOML": ("title = \n", "course.toml: Invalid value (at line 1, column 9)"),
    "another module": ('[modules]\nnone = "N"\n', "toml:2: the course has no module 'none'; take"),
    "another course": ('[uses]\nnone = ["a"]\n', "toml:2: the course none is not installed; pip"),
    "a data file's path": (
        '[data]\n"../x" = ""\n',
        "toml:2: '../x' is no file of data/ itself; move",
    ),
    "no package": ('packages = ["a-b"]\n', "toml:1: 'a-b' is no package's name; write the one"),
}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
@pytest.mark.parametrize(("text", "said"), BROKEN.values(), ids=BROKEN)
def test_a_broken_course_toml_is_one_sentence(elsewhere, text, said, command):
    """With the file and its line, and exit status 2."""
    (elsewhere.root / "course.toml").write_text(text)
    done = kata(*command, cwd=elsewhere.root)
    assert done.returncode == 2, done.stdout
    assert said in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) <= 2


NEEDS = {
    "a package": (
        'packages = ["nowhere"]\n',
        "course.toml:1: the package nowhere is not installed",
    ),
    "data": ('[data]\n"half" = ""\n', "data/half: missing; put it there, or take its line out"),
}


@pytest.mark.parametrize(("text", "said"), NEEDS.values(), ids=NEEDS)
def test_what_an_exercise_needs_and_has_not_is_one_sentence(elsewhere, text, said):
    """Where it is proved and where it is checked, and no traceback."""
    (elsewhere.root / "course.toml").write_text(text)
    proved = kata("prove", "half", "--no-mutants", "--no-pairs", cwd=elsewhere.root)
    checked = kata("check", "half", cwd=elsewhere.root)
    for done in (proved, checked):
        assert done.returncode in (1, 2)
        told = " ".join(f"{done.stdout} {done.stderr}".split())
        assert said in told
        assert "Traceback" not in told


def test_a_module_without_a_page_is_told(elsewhere):
    """By `kata prove`, with what to write; with a page it is not."""
    options = ("--no-mutants", "--no-pairs", "--seeds", "1")
    page = elsewhere.root / "exercises/warmup/README.md"
    said = "exercises/warmup/README.md: missing; write the module's page there: why it matters"
    without = kata("prove", *options, cwd=elsewhere.root).stderr
    page.write_text("# Warmup\n")
    assert said in " ".join(without.split())
    assert "README.md" not in kata("prove", *options, cwd=elsewhere.root).stderr
