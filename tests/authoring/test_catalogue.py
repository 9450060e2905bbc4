"""The sentences that a translation is made from: all of them, by keys that stay."""

import json

import pytest

from torchkata.authoring.catalogue import of_course, of_engine
from torchkata.course.course import Course

from command import kata
from remarks import SENTENCE, with_a_remark


def test_every_sentence_of_a_course_has_a_key(elsewhere):
    """Titles, docstrings, hints, cases, misconceptions and pages."""
    found = of_course(elsewhere, elsewhere.exercises.values())
    for exercise in elsewhere.exercises.values():
        kinds = {"hint": range(1, len(exercise.grader.hints) + 1), "case": exercise.grader.cases}
        kinds |= {"misconception": exercise.grader.misconceptions}
        keys = {f"{exercise.id}/{kind}/{name}" for kind, names in kinds.items() for name in names}
        keys |= {f"{exercise.id}/title", f"{exercise.id}/docstring/{exercise.name}"}
        keys |= {
            f"{exercise.id}/misconception/{name}/{number}"
            for name, wrong in exercise.grader.misconceptions.items()
            for number, _ in enumerate(wrong.more, start=2)
        }
        assert keys == {key for key in found if key.startswith(f"{exercise.id}/")}
    assert (
        found["warmup/half/case/row"] == elsewhere.exercises["warmup/half"].grader.cases["row"].text
    )
    assert all(found.values())


def test_what_is_said_after_a_pass_is_among_them(half):
    """By the remark's name."""
    exercise = with_a_remark(half)
    said = of_course(exercise.course, [exercise])
    assert said["warmup/half/remark/by_a_function"] == SENTENCE


def test_a_program_that_does_not_parse_says_what_its_solution_says(half):
    """Where an exercise begins with one."""
    as_it_is = of_course(half.course, [half])
    text = half.grader_path.read_text()
    half.grader_path.write_text(
        text.replace("    hints=", "    start='def half(x:\\n',\n    hints=")
    )
    broken = Course(half.course.root).exercises[half.id]
    assert broken.stub == "def half(x:\n"
    assert of_course(broken.course, [broken]) == as_it_is


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("engine/messages/PASSED.1", "Passed. Press n"),
        ("engine/explanations/_missing.1", "There is no file {exercise}.py."),
        ("engine/explanations/fact.1", "{name} is the same in every case"),
    ],
)
def test_what_the_tool_says_has_keys(name, part):
    """With what is filled in in braces, and no docstring among them."""
    found = of_engine()
    assert found[name].startswith(part)
    assert not any("Args:" in text for text in found.values())


def test_the_command_prints_them_as_json(elsewhere):
    """Of all, with the engine's; of one exercise, its own."""
    said = json.loads(kata("sentences", "--course", elsewhere.root).stdout)
    assert said == of_course(elsewhere, elsewhere.exercises.values()) | of_engine()
    one = json.loads(kata("sentences", "half", "--course", elsewhere.root).stdout)
    assert {key for key in one if key != "warmup/page"} == {k for k in said if "/half/" in k}
