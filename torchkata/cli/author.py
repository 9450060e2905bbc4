"""The commands for authors: new, prove, sentences."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from torchkata.authoring.scaffold import Kind
from torchkata.cli.options import (
    FROM_NOW_ON,
    CourseOption,
    YesOption,
    course_at,
    name_unusable,
    note,
    say_on_terminal,
    stop,
    sure,
)
from torchkata.course.course import Course, find_course
from torchkata.course.finding import NotFound, find, find_all
from torchkata.course.foreign_text import plain_lines
from torchkata.course.grader import GraderError
from torchkata.course.installed_courses import all_installed
from torchkata.text import messages, shell
from torchkata.text.wrapping import shown

if TYPE_CHECKING:
    # Only here: `kata` alone imports no torch.
    from torchkata.authoring.proof import Proof


_NO_MUTANTS = (
    "Machine-made changes of the references are not tried, which needs cosmic-ray: "
    "pip install 'torchkata[author]', or say --no-mutants"
)


def add_to(app: typer.Typer) -> None:
    """Add these commands to `kata`."""
    app.command(rich_help_panel="Author")(new)
    app.command(rich_help_panel="Author")(prove)
    app.command(rich_help_panel="Author")(sentences)
    app.command(rich_help_panel="Author")(build_course)


def prove(
    names: Annotated[
        list[str] | None, typer.Argument(help="Exercises and modules; all if none.")
    ] = None,
    seeds: Annotated[int, typer.Option(help="On how many seeds.")] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="Print the numbers as JSON.")] = False,
    write: Annotated[
        bool, typer.Option("--write", help="Write the stubs and the list of exercises.")
    ] = False,
    mutants: Annotated[bool, typer.Option(help="Try machine-made changes, too.")] = True,
    pairs: Annotated[bool, typer.Option(help="Try two mistakes at once, too.")] = True,
    device: Annotated[str, typer.Option(help="cpu, cuda, mps or auto.")] = "cpu",
    workers: Annotated[
        int, typer.Option(help="How many processes at most, one for ten exercises; 0: one a core.")
    ] = 0,
    course: CourseOption = None,
) -> None:
    """Prove that graders are strong, fair and able to explain, and exercises complete and current.

    Exit status: 0 all is proved; 1 something is not, or is stale; 2 a wrong command.
    """
    from torchkata.authoring import proof as proofs
    from torchkata.authoring.many_proofs import Wanted, prove_all
    from torchkata.authoring.mutants import can_be_made
    from torchkata.running.device import pick_device

    found = course_at(course)
    chosen = find_all(found, names or []) or [
        exercise for exercise in found.exercises.values() if exercise in found.own
    ]
    if mutants and not can_be_made():
        note(_NO_MUTANTS)
        mutants = False
    if write:
        proofs.write(found, chosen)
    done = []
    wanted = Wanted(range(seeds), pick_device(device), mutants, pairs)
    for one in prove_all(chosen, wanted, workers or os.cpu_count() or 1):
        done.append(one)
        if not as_json:
            _print_proof(one)
    if as_json:
        print(proofs.as_json(done))
    told = {problem for proof in done for problem in proof.problems}
    theirs, others = proofs.problems_on_disk(found, chosen)
    for problem in (*theirs, *others):
        if problem not in told:
            note(problem)
    if theirs or (others and not names) or any(proof.problems + proof.findings for proof in done):
        raise typer.Exit(1)


def new(
    name: Annotated[str, typer.Argument(help="module/exercise")],
    misconception: Annotated[
        bool,
        typer.Option("--misconception", help="Begin a misconception of this exercise instead."),
    ] = False,
    source: Annotated[
        str | None,
        typer.Option(
            "--from",
            help="An exercise to copy, of this or an installed course; with --misconception, the "
            "record of somebody who gave that answer.",
        ),
    ] = None,
    kind: Annotated[
        Kind,
        typer.Option(help="A function, a class, a prediction, or a program with a bug to fix."),
    ] = Kind.BUILD,
    yes: YesOption = False,
    course: Annotated[
        Path | None,
        typer.Option(
            help="The course, which is begun where there is none; else the nearest one upwards."
        ),
    ] = None,
) -> None:
    """Begin a new exercise, two files to be filled in; or copy one; or begin a misconception.

    Where the course that is named is not there yet, it is begun. An answer becomes code of the
    course, which runs without a sandbox, so it is shown first.

    Exit status: 0 written; 1 not written; 2 a wrong command, or a name that is taken or cannot be
    used.
    """
    from torchkata.authoring.scaffold import begin

    if misconception:
        if source is None:
            stop("kata new: --misconception goes with --from RECORD", 2)
        _begin_misconception(course_at(course), name, Path(source), yes)
        return
    if source is not None and source.endswith(".json"):
        stop("kata new: --from RECORD goes with --misconception", 2)
    try:
        into = _course_to_fill(course, name)
        is_new = not (into.root / "graders").is_dir()
        paths = begin(into, name, kind) if source is None else _copy(into, name, source)
    except NotFound as problem:
        stop(f"kata new: {messages.not_found(problem)}", 2)
    except (ValueError, OSError, GraderError) as problem:
        stop(f"kata new: {problem}", 2)
    if is_new:
        place = shell.near(into.root, Path.cwd())
        print(shown(f"began a course in {place}: course.toml, a list of exercises, CI"))
    for path in paths:
        print(shown(f"wrote {shell.near(path, Path.cwd())}"))
    where = f" --course {shlex.quote(str(course))}" if course else ""
    what = "Fill them in, where it says TODO" if source is None else "Change them"
    print(shown(f"{what}; then: kata prove {name} --write{where}"))


def _copy(course: Course, name: str, source: str) -> list[Path]:
    """Copy an exercise of this course, or else of one that is installed."""
    from torchkata.authoring.copying import copy

    found = [course, *map(Course, all_installed())]
    for one in found:
        exercise = one.exercises.get(source)
        if exercise is not None and not exercise.packed:
            return copy(course, name, exercise)
    return copy(course, name, find(found[-1], source))


def _course_to_fill(folder: Path | None, name: str) -> Course:
    """The course that an exercise goes into, which need not be there yet where it is named."""
    if folder is not None:
        return Course(folder.resolve())
    try:
        return find_course(Path.cwd())
    except GraderError as problem:
        raise ValueError(f"{problem}, or begin a course here: kata new {name} --course .") from None


def sentences(
    names: Annotated[
        list[str] | None, typer.Argument(help="Exercises and modules; all if none.")
    ] = None,
    course: CourseOption = None,
) -> None:
    """Print every sentence that a learner reads, as JSON by keys that stay, for a translation.

    Exit status: 0 printed; 2 a wrong command, or a grader that cannot be used.
    """
    from torchkata.authoring.catalogue import of_course, of_engine
    from torchkata.authoring.proof import unusable_of
    from torchkata.course.foreign_text import as_json

    found = course_at(course)
    chosen = find_all(found, names or [])
    unusable = {} if chosen else unusable_of(found)
    name_unusable({exercise.id: why for exercise, why in unusable.items()})
    rest = [exercise for exercise in found.exercises.values() if exercise not in unusable]
    try:
        said = of_course(found, chosen or rest)
    except GraderError as problem:
        stop(f"kata sentences: {problem}", 2)
    print(as_json(said if chosen else said | of_engine()), end="")


def build_course(
    name: Annotated[
        str, typer.Option(help="What pip is to call it.", show_default="made of the title")
    ] = "",
    out: Annotated[Path, typer.Option(help="The folder to write.")] = Path("dist"),
    course: CourseOption = None,
) -> None:
    """Write a course as wheels: for learners without an answer in it, for graders whole.

    The engine's wheel is beside them, since no index has it.

    Exit status: 0 written; 2 a wrong command, or an exercise that cannot be given out.
    """
    from torchkata.grading import course_wheels as wheels

    found = course_at(course)
    try:
        built = wheels.build(found, name or wheels.name_for(found), out, say_on_terminal)
    except (ValueError, OSError) as problem:
        stop(f"kata build-course: {problem}", 2)
    name_unusable(built.unusable)
    print(shown(f"wrote {built.learners}: {built.exercises} exercises, and no answer to them"))
    print(shown(f"wrote {built.graders}: the same with all answers, for those who grade"))
    print(shown(f"wrote {built.engine}: the engine, which both need"))
    install = (
        f"pip install --find-links {shlex.quote(str(out))} {built.learners.name.split('-')[0]}"
    )
    print(shown(f"A learner types: {install.replace('_', '-')}, and then: kata init my-exercises"))


def _begin_misconception(course: Course, name: str, record: Path, yes: bool) -> None:
    from torchkata.grading import new_misconception as beginnings
    from torchkata.grading.alternatives import Rejected

    try:
        beginning = beginnings.begin_misconception(course, name, record)
        place, exercise = os.path.relpath(beginning.path), beginning.exercise.id
        print(plain_lines(beginning.text))
        print(shown(FROM_NOW_ON))
        if not sure(f"Take this into {place} as `{beginning.name}`?", yes):
            stop("kata new: nothing is written", 1)
        beginnings.write(beginning)
    except Rejected as reason:
        stop(f"kata new: {reason}", 1)
    except (ValueError, GraderError) as problem:
        stop(f"kata new: {problem}", 2)
    name = f"give `{beginning.name}` a name, and write its sentence for the TODO;"
    print(shown(f"wrote {place}: {name}"))
    results = os.path.relpath(record.resolve().parents[1])
    print(shown(f"then: kata prove {exercise}, and kata regrade {results}"))


def _print_proof(proof: Proof) -> None:
    counts = (
        f"{proof.cases} cases, {proof.caught} of {proof.misconceptions} "
        f"misconceptions caught, {proof.named} named, {proof.accepted} of {proof.alternatives} "
        f"alternatives accepted, {proof.killed} of {proof.mutants} mutants killed, "
        f"{proof.distinct_pairs} of {proof.pairs} pairs of mistakes are something of their own"
    )
    head = f"{proof.exercise}: {counts if proof.cases else 'cannot be used'}"
    earned = proof.earns.items()
    shares = (f"    {name} would earn {share:.0%} with partial credit" for name, share in earned)
    problems = (f"  ! {problem}" for problem in proof.problems + proof.findings)
    print(shown("\n".join([head, *shares, *problems]), hanging=4, wide=True))
