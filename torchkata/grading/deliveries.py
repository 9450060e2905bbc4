"""What comes in for results that are there already: which of two deliveries counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from torchkata.course.writing import write_bytes
from torchkata.grading import manifest
from torchkata.grading.assignment import Assignment
from torchkata.grading.batch import Done
from torchkata.grading.manifest import Row, by_submission, time_of
from torchkata.grading.submission import Submission
from torchkata.running.files import listed


@dataclass(frozen=True)
class Delivery:
    """What the manifests of some submissions say, beside what was graded before.

    Attributes:
        rows: all that is known now.
        earlier: the submissions that came in before what is graded already; that stays.
        notes: a sentence for each thing that a teacher has to know.
    """

    rows: list[Row]
    earlier: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()


def take(paths: Sequence[Path], out: Path | None) -> Delivery:
    """Take the manifests that `kata collect` wrote along: only they say when things came in.

    Args:
        paths: what is graded: folders with a manifest, or folders beside one.
        out: where the records go; what its manifest says already, of others too, stays.

    Raises:
        ValueError: a manifest cannot be read, or says something else than a time.
    """
    rows = [row for path in paths for row in _rows_for(path)]
    if out is None or not rows:
        return Delivery(rows)
    kept = out / "manifest.csv"
    found = merged(manifest.read(kept) if kept.is_file() else [], rows)
    write_bytes(kept, manifest.as_bytes(found.rows), private=True)
    return found


def merged(old: Sequence[Row], new: Sequence[Row]) -> Delivery:
    """The rows of two manifests: the later delivery counts, and what came in never gets lost.

    A time that is known stays where the later manifest has none for the same files.
    """
    before, now = by_submission(old), _named(new)
    both = now.keys() & before.keys()
    earlier = {name for name in both if _is_earlier(now[name], before[name])}
    rows = {(row.id, row.attempt): row for row in old}
    for name, row in now.items():
        if name not in earlier:
            # At the end: the last row of a student is about what is graded last.
            known = rows.pop((row.id, row.attempt), row)
            rows[row.id, row.attempt] = known if _says_more(known, row) else row
    came = {identity for identity, attempt in rows if attempt > 0}
    kept = [row for (identity, attempt), row in rows.items() if attempt or identity not in came]
    notes = [_of_earlier(name, before[name], now[name]) for name in sorted(earlier)]
    return Delivery(kept, frozenset(earlier), (*notes, *_renamed(old, new)))


def noted(delivery: Delivery, submissions: Iterable[Submission]) -> list[Submission]:
    """What is to be graded, each with what its manifest notes: earlier deliveries are not."""
    rows = by_submission(delivery.rows)
    return [
        replace(one, collected=rows[one.name].note) if one.name in rows else one
        for one in submissions
        if one.name not in delivery.earlier
    ]


def unknown(delivery: Delivery, done: Iterable[Done], given: Assignment | None) -> Iterator[str]:
    """What cannot be told since no manifest says when something came in."""
    times = {name for name, row in by_submission(delivery.rows).items() if row.handed_in}
    names = sorted(one.record.submission for one in done)
    untimed = [name for name in names if name not in times]
    if given is not None and given.late is not None and untimed:
        yield (
            f"nothing says when {listed(untimed)} came in, so none of these is late; fill in "
            "handed_in in the manifest.csv of the results"
        )
    again = [one.record.submission for one in done if one.was is not None]
    ordered = {name for name, row in by_submission(delivery.rows).items() if row.order}
    if unsure := [name for name in again if name not in times | ordered]:
        yield (
            f"{listed(unsure)}: handed in again, and nothing says which came in later. The one "
            "graded now counts; the other is kept in before/replaced"
        )


def _rows_for(path: Path) -> list[Row]:
    """What a manifest in a folder says, or one beside it of this folder."""
    if (path / "manifest.csv").is_file():
        return manifest.read(path / "manifest.csv")
    beside = path.resolve().parent / "manifest.csv"
    rows = manifest.read(beside) if path.is_dir() and beside.is_file() else []
    return [row for row in rows if path.resolve().name in (row.id, f"{row.id}@{row.attempt}")]


def _named(rows: Sequence[Row]) -> dict[str, Row]:
    """The rows by what `kata collect` calls the folder: by its attempt where there are several."""
    count = Counter(row.id for row in rows)
    return {row.id if count[row.id] == 1 else f"{row.id}@{row.attempt}": row for row in rows}


def _is_earlier(row: Row, than: Row) -> bool:
    """Whether a row is about something that came in before."""
    first, second = time_of(row), time_of(than)
    if first is not None and second is not None:
        return first < second
    return row.order is not None and than.order is not None and row.order < than.order


def _says_more(known: Row, row: Row) -> bool:
    return bool(known.handed_in) and not row.handed_in


def _of_earlier(name: str, before: Row, now: Row) -> str:
    if not (now.handed_in and before.handed_in):
        return f"{name}: this came in before what is graded already, which stays"
    return (
        f"{name}: this came in at {now.handed_in}, and what is graded already at "
        f"{before.handed_in}; the later one stays. If a time is wrong, correct it in the "
        "manifest.csv of the results"
    )


def _renamed(old: Iterable[Row], new: Iterable[Row]) -> list[str]:
    """Who may have another id now: nobody is given another's grade because of a name."""
    known, now = ({row.id: row.name for row in rows} for rows in (old, new))
    gone = {known[one]: one for one in known if one not in now and known[one]}
    return [
        f"{gone[name]} is not in this manifest, and {one} has the same name, {name}. If the id "
        f'was changed, write `{gone[name]} = "{one}"` below [renamed] in assignment.toml, and '
        "run kata regrade with it"
        for one, name in now.items()
        if one not in known and name in gone
    ]
