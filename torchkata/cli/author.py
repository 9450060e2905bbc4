"""The commands for authors: new, prove, sentences."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from torchkata.cli.options import CourseOption, course_at, stop
from torchkata.course.finding import find_all

if TYPE_CHECKING:
    # Only here: `kata` alone imports no torch.
    from torchkata.authoring.proof import Proof


def add_to(app: typer.Typer) -> None:
    """Add these commands to `kata`."""
    app.command(rich_help_panel="Author")(new)
    app.command(rich_help_panel="Author")(prove)
    app.command(rich_help_panel="Author")(sentences)


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
    course: CourseOption = None,
) -> None:
    """Prove that graders are strong, fair and able to explain, and that nothing is stale.

    Exit status: 0 all is proved; 1 something is not, or is stale; 2 a wrong command.
    """
    from torchkata.authoring import proof as proofs
    from torchkata.authoring.pair_proof import try_pairs
    from torchkata.running.device import pick_device

    found = course_at(course)
    chosen = find_all(found, names or []) or [*found.exercises.values()]
    if write:
        proofs.write(found, chosen)
    done = []
    for exercise in chosen:
        done.append(proofs.prove(exercise, range(seeds), pick_device(device)))
        if mutants:
            proofs.try_mutants(exercise, done[-1])
        if pairs:
            try_pairs(exercise, done[-1], pick_device(device))
        if not as_json:
            _print_proof(done[-1])
    problems = list(proofs.problems_on_disk(found))
    if as_json:
        print(proofs.as_json(done))
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems or any(proof.problems for proof in done):
        raise typer.Exit(1)


def new(
    name: Annotated[str, typer.Argument(help="module/exercise")],
    course: CourseOption = None,
) -> None:
    """Begin a new exercise: writes its two files, ready to be filled in.

    Exit status: 0 written; 2 a wrong command, or a name that is taken or cannot be used.
    """
    from torchkata.authoring.scaffold import begin

    try:
        paths = begin(course_at(course), name)
    except ValueError as problem:
        stop(f"kata new: {problem}", 2)
    for path in paths:
        print(f"wrote {path}")
    print(f"Fill them in, then run: kata prove {name} --write")


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
    from torchkata.course.foreign_text import as_json
    from torchkata.course.grader import GraderError

    found = course_at(course)
    chosen = find_all(found, names or [])
    try:
        said = of_course(found, chosen or found.exercises.values())
    except GraderError as problem:
        stop(f"kata sentences: {problem}", 2)
    print(as_json(said if chosen else said | of_engine()), end="")


def _print_proof(proof: Proof) -> None:
    print(
        f"{proof.exercise}: {proof.cases} cases, {proof.caught} of {proof.misconceptions} "
        f"misconceptions caught, {proof.named} named, {proof.accepted} of {proof.alternatives} "
        f"alternatives accepted, {proof.killed} of {proof.mutants} mutants killed, "
        f"{proof.distinct_pairs} of {proof.pairs} pairs of mistakes are something of their own"
    )
    for name, share in proof.earns.items():
        print(f"    {name} would earn {share:.0%} with partial credit")
    for problem in proof.problems:
        print(f"  ! {problem}")
