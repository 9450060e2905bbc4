"""JUnit XML as pytest writes it (xunit2). It knows no points: they are properties of the suite."""

from __future__ import annotations

from xml.etree import ElementTree

from torchkata.course.foreign_text import plain, plain_lines
from torchkata.grading.results import Earned, Result, Results
from torchkata.platforms.exporters.common import Options, number, the_one, told

_LONGEST = 500
_KINDS = {"passed": "", "wrong": "failure"}
_NOT_DONE = ("todo", "missing")


def export(results: Results, options: Options) -> str:
    """A test case for each case of each exercise."""
    result = the_one(results, options)
    root = ElementTree.Element("testsuites", name="torchkata")
    suite = ElementTree.SubElement(root, "testsuite", name=plain(results.title))
    _properties(suite, result)
    # CI must not be green where nothing was done.
    undone = "skipped" if _has_done_something(result) else "failure"
    for earned in result.exercises:
        # What was not read, or is not graded yet, has no cases of its own.
        for case in earned.cases or ["exercise"]:
            _case(suite, earned, case, undone)
    if not result.exercises:
        _nothing(suite, result.note or "nothing was handed in")
    for counted, child in (("errors", "error"), ("failures", "failure"), ("skipped", "skipped")):
        suite.set(counted, str(len(suite.findall(f"testcase/{child}"))))
    suite.set("tests", str(len(suite.findall("testcase"))))
    suite.set("time", f"{sum(one.seconds for one in result.exercises):.3f}")
    suite.set("timestamp", results.began)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _properties(suite: ElementTree.Element, result: Result) -> None:
    properties = ElementTree.SubElement(suite, "properties")
    points = "" if result.points is None else number(result.points)
    values = {"points": points, "of": number(result.of), "penalty": number(result.penalty)}
    for one in result.exercises:
        values[f"points of {one.exercise}"] = "" if one.points is None else number(one.points)
        values[f"of {one.exercise}"] = number(one.of)
    for name, value in values.items():
        ElementTree.SubElement(properties, "property", name=name, value=value)


def _nothing(suite: ElementTree.Element, note: str) -> None:
    case = ElementTree.SubElement(suite, "testcase", classname="submission", name="handed_in")
    ElementTree.SubElement(case, "failure", message=plain_lines(note))


def _has_done_something(result: Result) -> bool:
    """Whether an exercise was begun, or has points that a teacher gave."""
    return any(one.verdict not in _NOT_DONE or (one.points or 0) > 0 for one in result.exercises)


def _case(suite: ElementTree.Element, earned: Earned, case: str, undone: str) -> None:
    """Add one case; `undone` is what it is where its exercise was not begun."""
    cases = max(len(earned.cases), 1)
    element = ElementTree.SubElement(
        suite, "testcase", classname=earned.exercise.replace("/", "."), name=case,
        time=f"{earned.seconds / cases:.3f}",
    )  # fmt: skip
    verdict = earned.cases.get(case, earned.verdict)
    if kind := undone if verdict in _NOT_DONE else _KINDS.get(verdict, "error"):
        text = told(earned)
        message = text[:_LONGEST] if kind != "skipped" else verdict
        child = ElementTree.SubElement(element, kind, message=message)
        child.text = text
