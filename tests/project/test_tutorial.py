"""The tutorial's page names exercises that there are, and its code prints what it shows."""

import doctest
import re

import pytest

from conftest import ROOT

TEXT = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
CODE = TEXT.partition("\n## Its code")[2]
# The errors of its code that were found; each was reproduced.
ERRORS = 22
STATEMENTS = re.split(r"^### (?=\d)", TEXT.partition("\n## Its code")[0], flags=re.MULTILINE)[1:]


def test_every_exercise_in_it_is_one_of_the_course(course):
    """Under its id, and with a link to its own file; and most modules have a part in it."""
    named = re.findall(r"\[(\w+/\w+)\]\(\.\./exercises/(\S+)\.py\)", TEXT)
    assert len(named) == len(re.findall(r"\]\(", TEXT))
    for name, linked in named:
        assert name == linked
        assert name in course.exercises, name


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda text: text.partition(".")[0])
def test_a_statement_is_in_both_languages_with_a_verdict_and_an_exercise(statement):
    """Its headline is Korean; its verdict, and what is true, are in both."""
    parts = statement.split("\n\n")
    assert re.search("[가-힣]", parts[0])
    assert re.fullmatch(r"(?s)\*.+\* \*\*[^*가-힣]+ · [^*]*[가-힣][^*]*\*\*", parts[1])
    assert not re.search("[가-힣]", parts[2])
    assert re.search("[가-힣]", parts[3])
    assert any(re.match(r"Exercises? · 연습: \[", part) for part in parts)


def test_there_are_twenty_statements_in_order():
    """Each with its number."""
    assert [int(text.partition(".")[0]) for text in STATEMENTS] == list(range(1, 21))


def test_each_error_of_its_code_has_an_exercise():
    """What was written, and what happens, in both languages; one row each, part by part."""
    rows = [line.strip("| ").split(" | ") for line in CODE.splitlines() if line.startswith("| ")]
    assert len(rows) == 1 + ERRORS
    for part, written, happens, exercises in rows[1:]:
        assert re.match(r"[4-8](, old)?$", part)
        assert re.search("[가-힣]", happens)
        assert re.search("[가-힣]", written) or written.count("`") == 2
        assert exercises.startswith("[")


def test_most_of_them_are_programs_to_fix(course):
    """One bug each, with an id of its own."""
    programs = set(re.findall(r"\[(debugging/\w+)\]", CODE))
    assert len(programs) >= 16
    assert all(course.exercises[name].grader.start for name in programs)


def test_the_code_prints_what_is_shown():
    """All of it, in one go."""
    code = "\n".join(re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL))
    test = doctest.DocTestParser().get_doctest(code, {}, "tutorial", "docs/tutorial.md", 0)
    said = []
    doctest.DocTestRunner(verbose=False).run(test, out=said.append)
    assert "".join(said) == ""
    assert len(test.examples) > 30
