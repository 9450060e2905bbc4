"""The lines of files that an exception came through.

Some instructions have no line of their own, such as what Python adds after an `except`. A time
limit, or Ctrl-C, may end a loop right there: the line before them counts.
"""

from collections.abc import Iterator
from types import CodeType, FrameType


def lines_of(problem: BaseException) -> Iterator[tuple[str, int]]:
    """(file, line) of each step, from the outermost to where the exception was raised."""
    step = problem.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        yield code.co_filename, step.tb_lineno or _line_before(code, step.tb_lasti)
        step = step.tb_next


def line_now(frame: FrameType) -> int:
    """The line that a frame is at."""
    return frame.f_lineno or _line_before(frame.f_code, frame.f_lasti)


def line_in(problem: BaseException, path: str) -> int | None:
    """The innermost line of a file that an exception came through; None if it never was there."""
    return next((line for file, line in reversed([*lines_of(problem)]) if file == path), None)


def _line_before(code: CodeType, instruction: int) -> int:
    before = [line for start, _, line in code.co_lines() if line and start <= instruction]
    return before[-1] if before else code.co_firstlineno
