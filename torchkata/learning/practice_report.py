"""A learner's report: one page of what they passed, which mistakes they overcame, and their code.

It is made on their machine, from files that they may change: practice, and no grade.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from importlib.resources import files
from string import Template

from torchkata.course.course import Exercise
from torchkata.course.foreign_text import as_html, plain
from torchkata.course.grader import GraderError
from torchkata.learning.progress import Entry, Progress
from torchkata.learning.workspace import Workspace, verdict_of

_PAGE = files("torchkata") / "templates" / "feedback.html"
# By which a page that kata wrote is known.
MARK = "Practice, self-reported"


def page(workspace: Workspace, progress: Progress) -> str:
    """The page, as HTML that needs nothing else; all that is not ours is escaped.

    Args:
        workspace: the learner's.
        progress: what is kept of their work.
    """
    tried = [e for e in workspace.ordered if _is_told(progress.exercises.get(e.id))]
    title = f"{workspace.course.outline.title or 'Exercises'}: what I have practised"
    parts = [*_head(title, workspace, progress)]
    if tried:
        parts += _table(tried, progress)
    for exercise in tried:
        parts += _section(workspace, progress, exercise)
    return Template(_PAGE.read_text("utf-8")).substitute(
        title=as_html(plain(title)), body="\n".join(parts)
    )


def _is_told(entry: Entry | None) -> bool:
    return entry is not None and bool(entry.passed or entry.mistakes)


def _head(title: str, workspace: Workspace, progress: Progress) -> Iterator[str]:
    passed = sum(bool(_entry(progress, exercise).passed) for exercise in workspace.ordered)
    yield f"<h1>{as_html(plain(title))}</h1>"
    yield f'<p class="points">{passed} of {len(workspace.ordered)} exercises passed</p>'
    yield (
        f"<p>{MARK}: the learner's own machine checked this, and nobody graded it. "
        f"Written on {_day(time.time())}.</p>"
    )


def _table(tried: list[Exercise], progress: Progress) -> Iterator[str]:
    yield "<table>\n<caption>Exercises</caption>"
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("Exercise", "Mistakes", "Passed"))
    yield f"<thead><tr>{heads}</tr></thead>\n<tbody>"
    for exercise in tried:
        entry = _entry(progress, exercise)
        when = _day(entry.passed[0]) if entry.passed else "not yet"
        yield (
            f'<tr><th scope="row">{as_html(exercise.id)}</th>'
            f"<td>{len(entry.mistakes)}</td><td>{when}</td></tr>"
        )
    yield "</tbody>\n</table>"


def _section(workspace: Workspace, progress: Progress, exercise: Exercise) -> Iterator[str]:
    entry = _entry(progress, exercise)
    yield f"<section>\n<h2>{as_html(exercise.id)}</h2>\n<p>{_when(entry)}</p>"
    mistakes = list(_mistakes(exercise, entry))
    if mistakes:
        yield f"<p>{'Mistakes overcome' if entry.passed else 'Mistakes made so far'}:</p>\n<ul>"
        yield from (f"<li>{as_html(text)}</li>" for text in mistakes)
        yield "</ul>"
    if verdict_of(workspace, progress, exercise) == "passed":
        code = workspace.path(exercise).read_text("utf-8")
        yield f"<pre>{as_html(code.strip())}</pre>"
    elif entry.passed:
        yield "<p>The file has changed since it was passed, and is not shown.</p>"
    yield "</section>"


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
