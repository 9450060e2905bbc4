"""Where an exception came from is known wherever it strikes."""

from types import SimpleNamespace, TracebackType

import pytest

from torchkata.course.lines import line_in, line_now, lines_of
from torchkata.running.runner import raised

LOOP = """\
def answer():
    try:
        raise ValueError
    except ValueError as problem:
        return problem
"""


@pytest.fixture(scope="module")
def frame():
    """One of answer.py, which handles an exception."""
    space: dict = {}
    exec(compile(LOOP, "answer.py", "exec"), space)
    return space["answer"]().__traceback__.tb_frame


@pytest.fixture(scope="module")
def instruction(frame):
    """One that has no line: the first that Python adds where the exception is handled."""
    return next(start for start, _, line in frame.f_code.co_lines() if line is None)


@pytest.fixture
def between_lines(frame, instruction):
    """What a time limit, or Ctrl-C, leaves that strikes there."""
    step = TracebackType(None, frame, instruction, -1)
    assert step.tb_lineno is None
    return KeyboardInterrupt().with_traceback(step)


def test_a_step_without_a_line_has_the_line_before_it(between_lines):
    """Its own is None, which made an endless loop end in a traceback of the engine."""
    assert [*lines_of(between_lines)] == [("answer.py", 3)]
    assert line_in(between_lines, "answer.py") == 3


def test_a_frame_without_a_line_is_at_the_line_before(frame, instruction):
    """As where a call is noted by the line that made it."""
    here = SimpleNamespace(f_lineno=None, f_code=frame.f_code, f_lasti=instruction)
    assert line_now(here) == 3


def test_an_exception_that_was_never_in_a_file_has_no_line_there(between_lines):
    """Nor does it take one from another file."""
    assert line_in(between_lines, "other.py") is None


def test_it_can_be_told(between_lines):
    """As what came out of line 3."""
    assert raised(between_lines, "answer.py").line == 3
