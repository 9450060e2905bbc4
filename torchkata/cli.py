"""The `kata` command."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from torchkata.course import Course, Exercise, find_course
from torchkata.grader import GraderError

if TYPE_CHECKING:
    # Only here: `kata` alone imports no torch.
    from torchkata.proof import Proof

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

CourseOption = Annotated[
    Path | None,
    typer.Option(help="The folder that holds graders/; else the nearest one upwards."),
]


@app.callback()
def kata() -> None:
    """PyTorch exercises, graded by observation."""


@app.command(rich_help_panel="Author")
def prove(
    names: Annotated[list[str] | None, typer.Argument(help="Exercises; all if none.")] = None,
    seeds: Annotated[int, typer.Option(help="On how many seeds.")] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="Print the numbers as JSON.")] = False,
    write: Annotated[
        bool, typer.Option("--write", help="Write the stubs and the list of exercises.")
    ] = False,
    mutants: Annotated[bool, typer.Option(help="Try machine-made changes, too.")] = True,
    device: Annotated[str, typer.Option(help="cpu, cuda, mps or auto.")] = "cpu",
    course: CourseOption = None,
) -> None:
    """Prove that graders are strong, fair and able to explain, and that nothing is stale."""
    from torchkata import proof as proofs
    from torchkata.practice import pick_device

    found = course_at(course)
    chosen = (
        [exercise_named(found, name) for name in names] if names else [*found.exercises.values()]
    )
    if write:
        proofs.write(found, chosen)
    done = []
    for exercise in chosen:
        done.append(proofs.prove(exercise, range(seeds), pick_device(device)))
        if mutants:
            proofs.try_mutants(exercise, done[-1])
        if not as_json:
            _print_proof(done[-1])
    problems = list(proofs.problems_on_disk(found))
    if as_json:
        print(proofs.as_json(done))
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems or any(proof.problems for proof in done):
        raise typer.Exit(1)


@app.command(rich_help_panel="Author")
def new(
    name: Annotated[str, typer.Argument(help="module/exercise")],
    course: CourseOption = None,
) -> None:
    """Begin a new exercise: writes its two files, ready to be filled in."""
    from torchkata.catalogue import begin

    try:
        paths = begin(course_at(course), name)
    except ValueError as problem:
        stop(f"kata new: {problem}", 2)
    for path in paths:
        print(f"wrote {path}")
    print(f"Fill them in, then run: kata prove {name} --write")


def stop(sentence: str, status: int) -> NoReturn:
    """End with one sentence for people."""
    print(sentence, file=sys.stderr)
    raise typer.Exit(status)


def _print_proof(proof: Proof) -> None:
    print(
        f"{proof.exercise}: {proof.cases} cases, {proof.caught} of {proof.misconceptions} "
        f"misconceptions caught, {proof.named} named, {proof.accepted} of {proof.alternatives} "
        f"alternatives accepted, {proof.killed} of {proof.mutants} mutants killed"
    )
    for name, share in proof.earns.items():
        print(f"    {name} would earn {share:.0%} with partial credit")
    for problem in proof.problems:
        print(f"  ! {problem}")


def course_at(folder: Path | None) -> Course:
    """The course that a command is about."""
    course = Course(folder.resolve()) if folder else find_course(Path.cwd())
    if not course.exercises:
        raise GraderError(f"{course.root} holds no exercise: there is no graders/*/*.py in it")
    return course


def exercise_named(course: Course, name: str) -> Exercise:
    """The one exercise whose name holds `name`."""
    matches = [exercise for key, exercise in course.exercises.items() if name in key]
    exact = [exercise for exercise in matches if name in (exercise.id, exercise.name)]
    if len(exact or matches) != 1:
        raise typer.BadParameter(f"{len(matches)} exercises match {name!r}; give one's whole name")
    return (exact or matches)[0]


def main() -> None:
    """Run `kata`; a course that cannot be used is one sentence, not a traceback."""
    from torchkata import teach

    teach.add_to(app)
    try:
        app()
    except GraderError as problem:
        print(problem, file=sys.stderr)
        sys.exit(2)
