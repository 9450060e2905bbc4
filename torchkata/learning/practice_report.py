"""A learner's report: one page of what they passed, which mistakes they overcame, and their code.

It is made on their machine, from files that they may change: practice, and no grade.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from torchkata.course.course import Exercise
from torchkata.course.grader import GraderError
from torchkata.learning.progress import Entry, Progress
from torchkata.learning.workspace import Workspace, verdict_of
from torchkata.text.own_page import OwnPage, Part, own_page

# By which a page that kata wrote is known.
MARK = "Practice, self-reported"


def page(workspace: Workspace, progress: Progress) -> str:
    """The page, as HTML that needs nothing else; all that is not ours is escaped.

    Args:
        workspace: the learner's.
        progress: what is kept of their work.
    """
    tried = [e for e in workspace.ordered if _is_told(progress.exercises.get(e.id))]
    passed = sum(bool(_entry(progress, exercise).passed) for exercise in workspace.ordered)
    said = (
        f"{MARK}: the learner's own machine checked this, and nobody graded it. "
        f"Written on {_day(time.time())}."
    )
    made = OwnPage(
        title=f"{workspace.course.outline.title or 'Exercises'}: what I have practised",
        who="",
        count=f"{passed} of {len(workspace.ordered)} exercises passed",
        lines=(said,),
        columns=("Exercise", "Passed", "Mistakes"),
        parts=tuple(_part(workspace, progress, exercise) for exercise in tried),
    )
    return own_page(made)


def _is_told(entry: Entry | None) -> bool:
    return entry is not None and bool(entry.passed or entry.mistakes)


def _part(workspace: Workspace, progress: Progress, exercise: Exercise) -> Part:
    entry = _entry(progress, exercise)
    is_passed = verdict_of(workspace, progress, exercise) == "passed"
    code = workspace.path(exercise).read_text("utf-8").strip() if is_passed else ""
    changed = "The file has changed since it was passed, and is not shown."
    return Part(
        name=exercise.id,
        said=_day(entry.passed[0]) if entry.passed else "not yet",
        figures=(str(len(entry.mistakes)),),
        told=_when(entry),
        label="Mistakes overcome" if entry.passed else "Mistakes made so far",
        mistakes=tuple(_mistakes(exercise, entry)),
        text=code,
        note=changed if entry.passed and not is_passed else "",
        passed=bool(entry.passed),
    )


def _when(entry: Entry) -> str:
    """When it was passed, and how."""
    if not entry.passed:
        return "Not passed yet."
    first, *again = map(_day, entry.passed)
    reviewed = f", and again on {', '.join(again)}" if again else ""
    helped = " The solution was looked at before." if entry.gave_up else ""
    return f"Passed on {first}{reviewed}.{helped}"


def _mistakes(exercise: Exercise, entry: Entry) -> Iterator[str]:
    """The sentences of the mistakes that were made, as far as the course still knows them."""
    if not entry.mistakes:
        return
    try:
        known = exercise.grader.misconceptions
    except GraderError:
        return
    yield from (" ".join(known[name].text.split()) for name in entry.mistakes if name in known)


def _entry(progress: Progress, exercise: Exercise) -> Entry:
    return progress.exercises.get(exercise.id) or Entry()


def _day(when: float) -> str:
    return time.strftime("%Y-%m-%d", time.localtime(when))
