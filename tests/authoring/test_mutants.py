"""Machine-made changes of a reference are those that a case could show."""

import ast

import pytest

from torchkata.authoring.mutants import can_be_made, mutants
from torchkata.course.course import Course

from command import kata


@pytest.mark.parametrize(
    ("lines", "offered"),
    [
        ("a = 1\n    b = x + 1", False),
        ("a = 1\n    a = x + 1", True),
        ("a = x + 1\n    b = x + 2", True),
        ("a = 1\n    b: float = 2.0", False),
        ("a = [0]\n    a[0] += 1", True),
        ("a = 1\n    del a", True),
    ],
)
def test_an_order_that_no_case_can_show_is_not_offered(half, lines, offered):
    """Two assignments that share no name may come in either order; all else is tried."""
    text = half.solution_path.read_text().replace(
        "    return x / 2", f"    {lines}\n    return x / 2", 1
    )
    half.solution_path.write_text(text)
    changed = Course(half.course.root).exercises[half.id]
    first, second = (ast.unparse(ast.parse(line.strip())) for line in lines.splitlines())
    changes = {mutant.change for mutant in mutants(changed)}
    assert bool({f"{first} moved", f"{second} moved"} & changes) == offered


def test_without_cosmic_ray_it_is_noted_before_anything_is_written(elsewhere, monkeypatch):
    """And all else is proved."""
    arguments = ("prove", "warmup/half", "--write", "--seeds", "1", "--course", elsewhere.root)
    assert can_be_made()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    done = kata(*arguments)
    assert done.stderr.startswith("Machine-made changes of the references are not tried, which ")
    assert "pip install 'torchkata[author]'" in done.stderr
    assert "3 of 3 misconceptions caught" in done.stdout
    assert "0 of 0 mutants killed" in done.stdout
    assert "not tried" not in kata(*arguments, "--no-mutants").stderr
