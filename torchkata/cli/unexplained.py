"""`kata unexplained`: what a class gets wrong that has no name yet."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from torchkata.cli.options import CourseOption, course_at, note, stop
from torchkata.course.foreign_text import as_json as to_json
from torchkata.course.foreign_text import plain_lines
from torchkata.text.wrapping import is_plain, shown

if TYPE_CHECKING:
    from torchkata.grading.clusters import Cluster, Found, Kept

# Lines of an answer that are shown.
_MOST = 30


def add_to(app: typer.Typer) -> None:
    """Add this command to `kata`."""
    app.command(rich_help_panel="Teach")(unexplained)


def unexplained(
    results: Annotated[Path, typer.Argument(help="What `kata grade --out` wrote.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print it as data.")] = False,
    course: CourseOption = None,
) -> None:
    """List the wrong answers that nothing explains, those together that show the same.

    They are observed again, on one set of seeds. Of each cluster: how many gave such an answer and
    who (ids), the shortest of them, and what holds of it. `kata new --misconception` begins the
    sentence that is missing.

    Exit status: 0 listed; 2 a wrong command; 3 no sandbox is available here.
    """
    from torchkata.grading.clusters import unexplained_answers
    from torchkata.sandbox.backends import NoWalls

    try:
        found = unexplained_answers(course_at(course), results, _watched)
    except ValueError as problem:
        stop(f"kata unexplained: {problem}", 2)
    except NoWalls as problem:
        stop(f"kata unexplained: {problem}", 3)
    if as_json:
        print(to_json(_as_data(found)), end="")
    else:
        print(shown("\n".join(map(plain_lines, _told(found))), wide=True))


def _watched(kept: Sequence[Kept]) -> Iterable[Kept]:
    """The answers one after another, with the progress on standard error."""
    from rich.console import Console
    from rich.progress import track

    if sys.stderr.isatty() and not is_plain():
        console = Console(stderr=True)
        return track(kept, "observing", console=console, transient=True)
    return _counted(kept)


def _counted(kept: Sequence[Kept]) -> Iterator[Kept]:
    for number, one in enumerate(kept, start=1):
        yield one
        note(f"{number} of {len(kept)}: {one.exercise}")


def _told(found: Found) -> Iterator[str]:
    from torchkata.text.values import counted

    for exercise, clusters in groupby(found.clusters, key=lambda one: one.exercise):
        yield f"{exercise}: nothing explains"
        for cluster in clusters:
            yield from _of_cluster(cluster)
    if not found.clusters:
        yield "Every wrong answer that can be observed is explained."
    if found.explained:
        were = f"{counted(found.explained, 'more answer')} that nothing explained"
        yield f"{were}: right or explained with the course as it is now (kata regrade)."
    if found.unobserved:
        yield "Not observed again:"
    for one in found.unobserved:
        yield f"  {one.exercise}, {', '.join(one.students)}: {one.why}"


def _of_cluster(cluster: Cluster) -> Iterator[str]:
    from torchkata.text.values import counted

    yield f"\n  {counted(len(cluster.students), 'answer')}: {', '.join(cluster.students)}"
    yield from (f"  {line}" for line in cluster.told)
    lines = cluster.answer.rstrip().splitlines()
    yield from (f"    | {line}" for line in lines[:_MOST])
    if len(lines) > _MOST:
        yield f"    | ... {counted(len(lines) - _MOST, 'more line')}"
    record = os.path.relpath(cluster.record)
    yield f"    kata new --misconception {cluster.exercise} --from {record}\n"


def _as_data(found: Found) -> dict[str, object]:
    clusters = [
        {"count": len(one.students)} | asdict(one) | {"record": str(one.record)}
        for one in found.clusters
    ]
    unobserved = [asdict(one) for one in found.unobserved]
    return {"clusters": clusters, "unobserved": unobserved, "explained_now": found.explained}
