"""Sabotage: one line of the engine is changed, and a fast test notices.

The table is sabotages.toml. Trying all of it takes minutes: pytest tests/sabotage --nightly
"""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib

import pytest

from conftest import HERE, ROOT

SABOTAGES = tomllib.loads((HERE / "sabotage" / "sabotages.toml").read_text("utf-8"))["sabotage"]
# Seconds; a sabotage may make a test wait for ever.
_LONGEST = 300
KEYS = {"name", "breaks", "file", "old", "new", "tests"}

# What the engine promises, by the numbers that `breaks` names.
RULES = {
    1: "a mistake is named from all cases and seeds",
    2: "an exception is an observation; naming a mistake needs its type and message",
    3: "names, type, dtype, shape, non-finite values, closeness: compared in this order",
    4: "an observation has a number that depends on the random arguments",
    5: "values, gradients and side effects are observed, as they were then",
    6: "no observation depends on how much randomness an answer consumes",
    7: "cases fix dtypes; the engine never casts",
    8: "every misconception differs by more than ten tolerances, and has its own name",
    9: "cases are not at defaults or at symmetric values",
    10: "arguments come from a seed and a case; a graded run has one secret set of seeds",
    11: "todo is the stub's syntax tree, or its own line",
    12: "a forbidden call is a flag, looked for in the source and while running",
    13: "an answer that prints, warns, seeds or sets harms no other case",
    14: "an answer is one file, and nothing beside it can be imported",
    15: "points are all or nothing unless the assignment says otherwise",
    16: "the answer is what is called like the exercise",
    17: "what a docstring promises is drawn",
    18: "state between calls is seen at home too",
    19: "whether an argument was changed is exact",
    20: "an observer does not repair an answer",
    21: "a sentence is true of every answer that it is told",
    22: "two mistakes at once are named",
    23: "the same idea in several exercises has one name",
}
# Those that no line of the engine keeps, and who does.
NOT_HERE = {
    9: "the authors of cases",
}

each = pytest.mark.parametrize("sabotage", SABOTAGES, ids=lambda one: one["name"])


@each
def test_a_sabotage_is_one_change_of_one_line(sabotage):
    """What it changes occurs once in its file, so that nobody has to guess what it was about."""
    assert sabotage.keys() - {"slow"} == KEYS
    old, new = sabotage["old"], sabotage["new"]
    assert old != new
    assert "\n" not in old + new
    assert (ROOT / "torchkata" / sabotage["file"]).read_text("utf-8").count(old) == 1


@each
def test_a_sabotage_names_tests_that_exist(sabotage):
    """Files below tests/, or functions in them."""
    assert sabotage["tests"]
    for named in sabotage["tests"]:
        path, _, function = named.partition("::")
        tree = ast.parse((HERE / path).read_text("utf-8"))
        defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        assert function in defined if function else any(n.startswith("test_") for n in defined)


def test_no_sabotage_has_the_name_of_another():
    """Nor is the same change tried twice."""
    changes = [(one["file"], one["old"], one["new"]) for one in SABOTAGES]
    assert len({one["name"] for one in SABOTAGES}) == len({*changes}) == len(SABOTAGES)


def test_every_rule_has_a_sabotage_or_a_reason():
    """And a reason only where there is no sabotage."""
    said = " ".join(one["breaks"] for one in SABOTAGES)
    tried = {int(number) for number in re.findall(r"\brule (\d+)", said)}
    assert tried | NOT_HERE.keys() == RULES.keys()
    assert not tried & NOT_HERE.keys()


@pytest.mark.nightly
def test_without_a_sabotage_the_same_tests_pass(tmp_path):
    """A copy of the engine is as good as the engine: a test that fails there fails for a change."""
    for slow in (False, True):
        tests = {test for one in SABOTAGES if ("slow" in one) == slow for test in one["tests"]}
        done = _tested(tmp_path / str(slow), sorted(tests), slow)
        assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.nightly
@each
def test_a_sabotage_is_noticed(sabotage, tmp_path):
    """At least one of the tests that it names fails, and it fails by running."""
    done = _tested(tmp_path, sabotage["tests"], "slow" in sabotage, sabotage)
    # Status 2 would be a test file that cannot be imported, which notices nothing.
    assert done.returncode == 1, done.stdout[-3000:]
    assert re.search(r"^[=\s]*\d+ (failed|error)", done.stdout.splitlines()[-1])


def _tested(folder, tests, slow, sabotage=None):
    """Run some tests, none but fast ones unless `slow`, with a copy of the engine.

    One line of it may be changed.
    """
    engine = folder / "torchkata"
    shutil.copytree(ROOT / "torchkata", engine)
    if sabotage is not None:
        path = engine / sabotage["file"]
        text = path.read_text("utf-8").replace(sabotage["old"], sabotage["new"])
        path.write_text(text, encoding="utf-8")
    # CI: where there are no walls, that is a failure, and nothing is skipped.
    chosen = {"PYTHONPATH": str(folder), "PYTHONSAFEPATH": "1", "CI": "1"}
    command = [sys.executable, "-m", "pytest", "-n", "0", "-x", "-p", "no:cacheprovider"]
    command += ["--ci"] if slow else []
    done = subprocess.run(
        [*command, *(f"tests/{test}" for test in tests)],
        cwd=ROOT,
        env={**os.environ, **chosen},
        capture_output=True,
        text=True,
        timeout=_LONGEST,
    )
    assert f"engine: {engine}\n" in done.stdout, done.stdout + done.stderr
    return done
