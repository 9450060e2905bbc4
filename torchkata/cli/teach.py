"""The commands for teachers and CI: assign, grade, replay, doctor."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from torchkata.cli.options import (
    CourseOption,
    course_at,
    name_unusable,
    note,
    say_on_terminal,
    stop,
)
from torchkata.course.foreign_text import plain, plain_lines
from torchkata.grading.assignment import Assignment, Feedback, Form
from torchkata.grading.records import Assurance
from torchkata.text.wrapping import columns, is_plain, padded, shown

if TYPE_CHECKING:
    from torchkata.course.course import Course
    from torchkata.grading.batch import Done, Machines
    from torchkata.grading.grading_run import Terms
    from torchkata.grading.records import Graded, Record
    from torchkata.grading.shards import Shard
    from torchkata.grading.submission import Submission
    from torchkata.sandbox.backends import Walls


# What is said of an exercise that nobody has worked on.
_NOT_BEGUN = ("todo", "missing")
_PUBLIC = "(The answers of this course are public. For grades that matter, write your own.)"


def add_to(app: typer.Typer) -> None:
    """Add these commands to `kata`."""
    app.command(rich_help_panel="Teach")(assign)
    app.command(rich_help_panel="Teach")(grade)
    app.command(rich_help_panel="Teach")(replay)
    app.command(rich_help_panel="Teach")(doctor)


def assign(
    names: Annotated[
        list[str] | None, typer.Argument(help="Modules and exercises.", show_default=False)
    ] = None,
    out: Annotated[Path, typer.Option(help="The folder to write.")] = Path("pack"),
    assignment: Annotated[
        Path | None, typer.Option(help="assignment.toml, for all that can be decided.")
    ] = None,
    form: Annotated[
        Form | None,
        typer.Option(help="Files, notebooks (one a module), or both.", show_default="files"),
    ] = None,
    course: CourseOption = None,
) -> None:
    """Write what a class gets: exercises that explain mistakes, without an answer in them.

    Exit status: 0 written; 2 a wrong command, or an assignment that does not fit the course.
    """
    from torchkata.grading.assignment import Assignment, minutes_for, read
    from torchkata.grading.pack import build
    from torchkata.text.messages import about

    found = course_at(course)
    try:
        given = read(assignment) if assignment else Assignment("Exercises", [])
        given.exercises += names or []
        given.form = form or given.form
        exercises = build(found, given, out.resolve(), say_on_terminal)
    except ValueError as problem:
        stop(f"kata assign: {problem}", 2)
    minutes = about(minutes_for(exercises))
    said = f"wrote {out}: {len(exercises)} exercises ({minutes}), and no answer to them"
    print(shown(said))
    if (found.root / "docs" / "pictures.py").is_file():
        print(shown(_PUBLIC))


def grade(
    paths: Annotated[
        list[Path], typer.Argument(help="Submissions, or folders of them.", show_default=False)
    ],
    module: Annotated[
        list[str] | None, typer.Option(help="All exercises of this module count; may be repeated.")
    ] = None,
    assignment: Annotated[
        Path | None, typer.Option(help="assignment.toml: what counts, how much, and until when.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Keep a record of each submission here, and go on where it stopped."),
    ] = None,
    one: Annotated[
        bool | None,
        typer.Option(
            "--one/--class",
            help="What each path is: one submission, or a folder of several.",
            show_default="what it looks like",
        ),
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Instead of fresh seeds.")] = None,
    fail_under: Annotated[
        float, typer.Option(help="Exit with 1 if a submission earns less than this percentage.")
    ] = 0.0,
    feedback: Annotated[
        Feedback | None, typer.Option(help="What is told.", show_default="full")
    ] = None,
    assurance: Annotated[
        Literal[Assurance, "best"],
        typer.Option(
            help="How well answers are walled off: best takes the first of sandbox, landlock and "
            "account that is available here, and says which; limited is no grade."
        ),
    ] = "sandbox",
    device: Annotated[str, typer.Option(help="cpu or cuda.")] = "cpu",
    workers: Annotated[
        int, typer.Option(help="How many answers run at a time; 0: one a core.")
    ] = 0,
    shard: Annotated[
        str, typer.Option(metavar="I/N", help="Grade part I of N, for a machine of several.")
    ] = "",
    run: Annotated[
        str,
        typer.Option(
            help="What all machines call this run, which has one set of seeds.",
            show_default="the scheduler's job",
        ),
    ] = "",
    ray: Annotated[
        str,
        typer.Option(
            metavar="ADDRESS",
            help="Grade on the Ray cluster at HOST:PORT, or auto: the one that this machine is a "
            "node of; local: one of this machine alone.",
        ),
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the records as JSON.")] = False,
    course: CourseOption = None,
) -> None:
    """Grade submissions behind walls, running none of them anywhere else.

    Exit status: 0 graded; 1 less than --fail-under, or nothing there to grade or nobody has begun;
    2 a wrong command or a course that cannot be used; 3 no sandbox is available here.
    """
    from torchkata.grading import deliveries, shards
    from torchkata.grading.assignment import check, of_modules, read
    from torchkata.grading.submission import Reading, find_all
    from torchkata.running.files import listed

    found = course_at(course)
    try:
        given = read(assignment) if assignment else None
        exercises = check(given, found) if given else of_modules(found, module) if module else None
        reading: Reading | None = None if one is None else "one" if one else "class"
        part, run = _part(shard, run, out)
        everybody = find_all(found, paths, exercises, reading, out)
        submissions = shards.own(part, everybody) if part else everybody
        terms = _terms(found, given, out, seed, feedback, _walls(assurance, out), device, run)
        delivery = deliveries.take(paths, out)
    except (ValueError, OSError) as problem:
        stop(f"kata grade: {problem}", 2)
    submissions = _usable(deliveries.noted(delivery, submissions), terms)
    if part and not submissions:
        print(shown(f"{part}: none of {len(everybody)} submissions is in it"))
        return
    if not submissions:
        stop(f"kata grade: nothing is graded: {listed(delivery.notes)}", 1)
    several = len(submissions) > 1 or part is not None
    with _machines(ray, found, terms, workers) as machines:
        done = _done(submissions, terms, out, workers, machines, several)
    records = sorted((one.record for one in done), key=lambda record: record.submission)
    _report(records, as_json, several)
    for sentence in (*delivery.notes, *deliveries.unknown(delivery, done, given)):
        note(f"kata grade: {sentence}")
    if part and out:
        note(f"kata grade: {_progress(part, len(records), everybody, out)}")
    raise typer.Exit(_status(records, fail_under))


def _terms(
    course: Course,
    given: Assignment | None,
    out: Path | None,
    seed: int | None,
    feedback: Feedback | None,
    walls: type[Walls],
    device: str,
    run: str,
) -> Terms:
    """The terms of this run; of one that goes on, those it began with.

    Raises:
        ValueError: what is at `out` began on others.
    """
    from torchkata.grading import runs
    from torchkata.grading.grading_run import Terms
    from torchkata.running.device import pick_device

    seeds = runs.fresh_seeds() if seed is None else tuple(range(seed, seed + runs.SEEDS))
    feedback = feedback or (given.feedback if given else "full")
    wanted = Terms(seeds, walls, pick_device(device), feedback, given, seed is not None)
    terms = runs.terms_of(out, course, wanted, run)
    if seed is not None and terms.seeds != seeds:
        raise ValueError(f"{out} was begun on other seeds; leave out --seed")
    return terms


def _done(
    submissions: list[Submission],
    terms: Terms,
    out: Path | None,
    workers: int,
    machines: Machines | None,
    several: bool,
) -> list[Done]:
    """Grade them, with the progress on standard error."""
    from torchkata.grading import batch
    from torchkata.sandbox.backends import NoWalls

    at_once = min(workers or os.cpu_count() or 1, len(submissions))
    graded = batch.run(submissions, terms, out, at_once, machines)
    try:
        return list(_shown(graded, len(submissions), several))
    except NoWalls as problem:
        stop(f"kata grade: not graded: {problem}", 3)
    except OSError as problem:
        stop(f"kata grade: stopped: {problem}; what is graded is kept: fix it, and go on", 3)


@contextlib.contextmanager
def _machines(address: str, course: Course, terms: Terms, most: int) -> Iterator[Machines | None]:
    """The cluster at an address, if one is given."""
    if not address:
        yield None
        return
    from torchkata.grading.cluster import Cluster, NoCluster

    try:
        cluster = Cluster(
            address, course, terms, most, told=lambda said: note(f"kata grade: {said}")
        )
    except NoCluster as problem:
        stop(f"kata grade: nothing is graded: {problem}", 3)
    for refusal in cluster.refusals:
        note(f"kata grade: {refusal}")
    told = len(cluster.refusals)
    with cluster:
        yield cluster
    for refusal in cluster.refusals[told:]:
        note(f"kata grade: {refusal}")


def _part(shard: str, run: str, out: Path | None) -> tuple[Shard | None, str]:
    """The part of the class that is graded here, and what all machines call the run.

    Raises:
        ValueError: something is missing, or is no shard.
    """
    from torchkata.grading.shards import job_of, shard_of

    if (shard or run) and out is None:
        raise ValueError("--shard and --run need --out, a folder that all machines share")
    if not shard:
        return None, run
    run = run or job_of(os.environ)
    if not run:
        raise ValueError(
            "--shard needs --run, a name for this run that all machines give (there is no "
            "scheduler here whose job could be its name)"
        )
    return shard_of(shard), run


def _progress(part: Shard, own: int, everybody: Sequence[Submission], out: Path) -> str:
    from torchkata.grading.shards import count_done

    done = count_done(out, everybody)
    return f"{part}: {own} graded; {done} of {len(everybody)} submissions have a record in {out}"


def _usable(submissions: list[Submission], terms: Terms) -> list[Submission]:
    """Leave out exercises that nothing can be graded by, and name them; not of an assignment."""
    from torchkata.grading.submission import without
    from torchkata.running.known_answers import why_unusable

    if terms.assignment is not None:
        return submissions
    exercises = {exercise for one in submissions for exercise in one.files}
    problems = {e: why_unusable(e, terms.seeds, terms.device) for e in exercises}
    unusable = {exercise: why for exercise, why in problems.items() if why}
    name_unusable({exercise.id: why for exercise, why in unusable.items()})
    return [without(one, unusable) for one in submissions]


def replay(
    record: Annotated[Path, typer.Argument(help="A record that `kata grade --out` wrote.")],
    exercise: Annotated[str, typer.Argument(help="One of its exercises; all if none.")] = "",
    bundle: Annotated[
        Path | None,
        typer.Option(help="Write arguments, got and expected, and a script that shows them."),
    ] = None,
    course: CourseOption = None,
) -> None:
    """Grade what a record is about once more, on its own seeds, and compare.

    Exit status: 0 the same verdicts; 1 others; 2 a wrong command; 3 no sandbox is available here.
    """
    from torchkata.grading.records import BadRecord
    from torchkata.grading.replaying import replay as again
    from torchkata.sandbox.backends import NoWalls

    try:
        same = [_compared(*pair) for pair in again(course_at(course), record, exercise, bundle)]
    except (BadRecord, ValueError) as problem:
        stop(f"kata replay: {problem}", 2)
    except NoWalls as problem:
        stop(f"kata replay: {problem}", 3)
    if bundle is not None:
        print(shown(f"wrote {bundle}"))
    raise typer.Exit(0 if all(same) else 1)


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Try what this machine offers, and say how to fix what is missing.

    Exit status: 0 if answers can be graded behind both walls, 1 if not.
    """
    from torchkata.cli.doctor import report

    raise typer.Exit(report(as_json))


def _walls(assurance: str, out: Path | None) -> type[Walls]:
    """What answers run behind; the best there is, unless these results began with another."""
    from torchkata.grading.records import read_batch_info
    from torchkata.sandbox.backends import BY_ASSURANCE, NoWalls, best

    if assurance != "best":
        return BY_ASSURANCE[assurance]
    if out is not None and (out / "batch.json").exists():
        return BY_ASSURANCE[read_batch_info(out).assurance]
    try:
        kind, refused = best()
    except NoWalls as problem:
        stop(f"kata grade: nothing is graded: {problem}", 3)
    for refusal in refused:
        note(f"kata grade: {refusal}")
    return kind


def _recorded(graded: Graded) -> str:
    named = f" ({' and '.join(graded.names)})" if graded.names else ""
    return f"{graded.verdict}{named}"


def _compared(then: Graded, now: Graded) -> bool:
    # A record of version 2 says nothing of two mistakes at once.
    known = (now.names, ()) if now.second else (now.names,)
    same = then.verdict == now.verdict and then.names in known
    said = "the same again" if same else f"now {_recorded(now)}"
    print(shown(f"{then.exercise}: recorded as {_recorded(then)}, {said}"))
    print(shown(plain_lines(now.text)))
    return same


def _shown(done: Iterator[Done], total: int, several: bool) -> Iterator[Done]:
    """Pass on what is done, with the progress on standard error."""
    if not several:
        yield from done
    elif sys.stderr.isatty() and not is_plain():
        yield from _with_a_bar(done, total)
    else:
        for count, one in enumerate(done, start=1):
            said = _line(one.record, one.kept, one.was)
            note(f"{count} of {total}: {said}")
            yield one


def _with_a_bar(done: Iterator[Done], total: int) -> Iterator[Done]:
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    speed = TextColumn("{task.fields[speed]:.1f} a second")
    bar = (*Progress.get_default_columns()[:2], MofNCompleteColumn(), speed, TimeRemainingColumn())
    with Progress(*bar, console=Console(stderr=True)) as progress:
        task = progress.add_task("grading", total=total, speed=0.0)
        for one in done:
            speed_now = progress.tasks[task].finished_speed or progress.tasks[task].speed or 0.0
            progress.update(task, advance=1, speed=speed_now)
            yield one


def _line(record: Record, kept: bool = False, was: float | None = None) -> str:
    again = " (graded before)" if kept else "" if was is None else f" (was {was:g})"
    if record.note and not record.exercises:
        return f"{record.submission}: nothing to grade: {record.note}{again}"
    failed = ", and some of it is not graded yet" if record.failed else ""
    note = f"; {record.note}" if record.note else ""
    return f"{record.submission}: {record.points:g} of {record.of:g} points{failed}{again}{note}"


def _report(records: list[Record], as_json: bool, several: bool) -> None:
    import msgspec

    if as_json:
        data = msgspec.json.encode(records if several else records[0])
        print(msgspec.json.format(data, indent=2).decode())
    elif several:
        print(shown("\n".join(_table(records)), hanging=4, wide=True))
    else:
        print(shown("\n\n".join(map(plain_lines, _texts(records[0])))))
        total = f"{plain(_line(records[0]))} (assurance: {records[0].assurance})"
        print(f"\n{shown(total)}")


def _texts(record: Record) -> Iterator[str]:
    """What is told of each exercise; those that were not handed in share a sentence."""
    missing = [one.exercise for one in record.exercises if one.verdict == "missing"]
    shared = len(missing) > 3
    yield from (one.text for one in record.exercises if not (shared and one.verdict == "missing"))
    if shared:
        yield f"Not handed in: {len(missing)} exercises: {', '.join(missing)}."


def _table(records: list[Record]) -> Iterator[str]:
    """A line for each submission: its points, and how many exercises have which verdict."""
    names = [plain(record.submission) for record in records]
    width = max(map(columns, names))
    for name, record in zip(names, records, strict=True):
        verdicts = [one.verdict or "not graded" for one in record.exercises]
        counts = ", ".join(f"{verdicts.count(one)} {one}" for one in dict.fromkeys(verdicts))
        points = f"{record.points:g} of {record.of:g}"
        said = "; ".join(filter(None, (counts, plain(record.note))))
        yield f"{padded(name, width)}  {points:>10}  {said}".rstrip()
    yield f"assurance: {records[0].assurance}"
    if records[0].assurance == "limited":
        yield "That is no grade against attackers: an answer could read and change what it liked."


def _status(records: list[Record], fail_under: float) -> int:
    if not any(one.verdict not in _NOT_BEGUN for record in records for one in record.exercises):
        return 1
    if any(record.failed for record in records):
        return 3
    earned = [100 * record.points / record.of if record.of else 0.0 for record in records]
    return 1 if min(earned) < fail_under else 0
