"""The lines of a notebook's answer: where they are in its cells, for those who read of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec

from torchkata.course.answer_name import Asked
from torchkata.judging.judge import Report, Result
from torchkata.judging.observation import Origin, Raised
from torchkata.notebooks.script import cell_without_code, is_script, place_in

Move = Callable[[int], int]


def with_lines(report: Report, move: Move) -> Report:
    """A report with each line's number exchanged for another."""
    return replace(
        report,
        trouble=_moved(report.trouble, move),
        observations={key: _moved(seen, move) for key, seen in report.observations.items()},
        origins={key: _moved(made, move) for key, made in report.origins.items()},
        forbidden=[(move(line), name) for line, name in report.forbidden],
    )


def told_in_cells(result: Result, text: str, asked: Asked) -> Result:
    """A result in words for the author of a notebook: its lines are those of the cells.

    Args:
        result: of the answer; its lines are those of the script.
        text: what was judged; of what is no script, the result does not change.
        asked: what the exercise asks for.
    """
    if not is_script(text):
        return result

    def move(line: int) -> int:
        return place_in(text, line)

    failures = [
        replace(
            f,
            differences=[replace(d, got=_moved(d.got, move)) for d in f.differences],
            origins=_moved(f.origins, move),
        )
        for f in result.failures
    ]
    forbidden = [(move(line), name) for line, name in result.forbidden]
    trouble = _moved(result.trouble, move)
    if trouble is not None and trouble.type == "NameMissing":
        cell = cell_without_code(text, asked)
        trouble = Raised("NotCode", cell) if cell else Raised("InNoCell", trouble.message)
    return replace(result, failures=failures, forbidden=forbidden, trouble=trouble)


def _moved(value: Any, move: Move) -> Any:
    if isinstance(value, (Raised, Origin)) and value.line is not None:
        return msgspec.structs.replace(value, line=move(value.line))
    if isinstance(value, dict):
        return {key: _moved(one, move) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_moved(one, move) for one in value)
    return value
