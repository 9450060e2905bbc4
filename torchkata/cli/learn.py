"""The commands for learners: check, hint, solution, reset, list, review."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from torchkata.cli.options import CourseOption, name_unusable, stop
from torchkata.course.course import Exercise
from torchkata.course.finding import find, find_all
from torchkata.course.grader_facts import minutes_of
from torchkata.course.installed_courses import course_named
from torchkata.learning import progress as kept
from torchkata.learning import session
from torchkata.learning.judge_server import Outcome
from torchkata.learning.workspace import Workspace, find_workspace
from torchkata.text import messages
from torchkata.text.wrapping import broken, fitted, shown, terminal_width

JsonOption = Annotated[bool, typer.Option("--json", help="Print it as data.")]


def _complete(incomplete: str) -> list[str]:
    """Names of exercises, with their modules and without, for the shell."""
    exercises = find_workspace(Path.cwd()).course.exercises.values()
    names = [name for exercise in exercises for name in (exercise.id, exercise.name)]
    return [name for name in names if name.startswith(incomplete)]


NameArgument = Annotated[
    str, typer.Argument(help="An exercise, or a part of its name.", autocompletion=_complete)
]


def add_to(app: typer.Typer) -> None:
    """Add these commands to `kata`."""
    for command in (check, hint, solution, reset, skip, review):
        app.command(rich_help_panel="Learn")(command)
    app.command("list", rich_help_panel="Learn")(list_all)


def check(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            help="Which; if none is named, those whose file has changed.",
            autocompletion=_complete,
        ),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All exercises.")] = False,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "cpu",
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="Show every case.")] = False,
    plot: Annotated[
        bool, typer.Option("--plot", help="Draw what is wrong, where a picture says more.")
    ] = False,
    as_json: JsonOption = False,
    course: CourseOption = None,
) -> None:
    """Check your answers, and say what is wrong with them.

    Exit status: 0 if all that was checked is passed, 1 if not, 2 a wrong command.
    """
    if plot:
        # Only here: numpy comes with it, and takes time.
        from torchkata.learning import plots

        if not plots.available():
            stop(f"kata check: {messages.PLOT_NEEDS}", 2)
    workspace = _workspace(course)
    chosen = find_all(workspace.course, names or []) or _changed(workspace, every)
    _name_others(workspace, chosen)
    done = []
    for outcome in session.check(workspace, chosen, device, verbose, plot):
        done.append(outcome)
        silent = every and outcome.verdict in ("passed", "todo") and not outcome.remark
        if not as_json and not silent:
            # A course at fault is told with a path, which a log has in one line.
            said = _fitted(outcome.text) if outcome.verdict else shown(outcome.text)
            print(said, *_picture(workspace, outcome, plot), sep="\n", end="\n\n")
    if as_json:
        print(json.dumps([_as_data(one) for one in done], indent=2))
    elif len(done) > 1:
        lines = messages.progress({one.exercise: one.verdict for one in done})
        print(shown("\n".join(lines), hanging=2))
    elif done and done[0].verdict == "passed":
        more = session.what_more(workspace.course.exercises[done[0].exercise])
        print(shown(f"{more}\n{session.where_next(workspace)}"))
    raise typer.Exit(0 if all(one.verdict == "passed" for one in done) else 1)


def hint(name: NameArgument = "", course: CourseOption = None) -> None:
    """Give a hint; one more each time. Without a name, for what you are working on.

    Exit status: 0 given; 2 a wrong command.
    """
    workspace = _workspace(course)
    exercise = find(workspace.course, name or _worked_on(workspace))
    hints = workspace.facts_of(exercise).hints
    count = session.one_more_hint(workspace, exercise)
    solved = session.may_see_solution(workspace, exercise)
    told = messages.hint(exercise.name, hints, count, passed=solved)
    print(shown("\n".join(told), hanging=3))


def solution(
    name: NameArgument,
    give_up: Annotated[
        bool, typer.Option("--give-up", help="Show it before it is passed.")
    ] = False,
    course: CourseOption = None,
) -> None:
    """Show the solution of an exercise that is passed, other right ways, and the wrong ones.

    Exit status: 0 shown; 1 it is not passed yet; 2 a wrong command.
    """
    workspace = _workspace(course)
    exercise = find(workspace.course, name)
    entry = kept.load(workspace.root).entry(exercise.id)
    if not session.may_see_solution(workspace, exercise) and not give_up:
        stop(messages.solution_locked(exercise.name), 1)
    if not entry.passed:
        with kept.changing(workspace.root) as progress:
            progress.entry(exercise.id).gave_up = True
    print(exercise.solution)
    if entry.passed:
        for line in _wrong_ways(exercise):
            print(*broken(line, terminal_width(), hanging=4), sep="\n")


def reset(name: NameArgument, course: CourseOption = None) -> None:
    """Set a file back to what it was at first; your answer is kept.

    Exit status: 0 done; 2 a wrong command.
    """
    workspace = _workspace(course)
    exercise = find(workspace.course, name)
    backup = session.begin_again(workspace, exercise)
    print(shown(messages.was_reset(workspace.shown(exercise), backup)))


def skip(name: NameArgument, course: CourseOption = None) -> None:
    """Let an exercise come last, until it is passed.

    Exit status: 0 done; 2 a wrong command.
    """
    workspace = _workspace(course)
    exercise = find(workspace.course, name)
    session.skip(workspace, [exercise])
    print(shown(messages.skipped(exercise.name)))


def list_all(as_json: JsonOption = False, course: CourseOption = None) -> None:
    """List all exercises in order, with your verdicts.

    Exit status: 0 listed; 2 a wrong command, or no workspace here.
    """
    workspace = _workspace(course)
    known = session.verdicts(workspace, kept.load(workspace.root))
    name_unusable(workspace.unusable)
    if as_json:
        rows = [_row(workspace, exercise, known[exercise.id]) for exercise in workspace.ordered]
        print(json.dumps(rows, indent=2))
        return
    lines = [*(row.text for row in session.rows(workspace, known)), "", messages.LEGEND]
    print(shown("\n".join(lines), wide=True))


def review(
    name: Annotated[
        str,
        typer.Argument(
            help="Which; if none is named, the one that is due, or with --back the one at hand."
        ),
    ] = "",
    back: Annotated[bool, typer.Option("--back", help="Bring your old answer back.")] = False,
    course: CourseOption = None,
) -> None:
    """Ask again, after some days, what you have passed.

    Exit status: 0 asked, or nothing is due; 1 --back, and no old answer is kept; 2 a wrong command.
    """
    workspace = _workspace(course)
    if back:
        exercise = find(workspace.course, name or _worked_on(workspace))
        if not session.bring_back(workspace, exercise):
            stop(messages.no_backup(exercise.name), 1)
        print(shown(messages.brought_back(workspace.shown(exercise))))
        return
    coming = session.reviews(workspace, kept.load(workspace.root))
    due = [one for one in coming if one.days <= 0 and one.exercise.id in workspace.facts]
    if name:
        wanted = find(workspace.course, name)
        due = [one for one in coming if one.exercise == wanted]
    if not due:
        print(shown(messages.nothing_to_review(coming[0].days if coming else None)))
        return
    _ask_again(workspace, due[0].exercise, len(due) - 1)


def _ask_again(workspace: Workspace, exercise: Exercise, more: int) -> None:
    backup = session.begin_again(workspace, exercise)
    with kept.changing(workspace.root) as progress:
        progress.entry(exercise.id).reviewing = True
        progress.current = exercise.id
    where, line = workspace.shown(exercise), session.line_of(workspace, exercise)
    print(shown(messages.to_review(where, line, exercise.name, backup, more)))


def _fitted(text: str) -> str:
    return fitted(text, terminal_width(), fold=False)


def _picture(workspace: Workspace, outcome: Outcome, wanted: bool) -> Iterator[str]:
    """What is said of the picture of a wrong answer."""
    if wanted and outcome.verdict == "wrong":
        path = Path(outcome.plot).relative_to(workspace.root).as_posix() if outcome.plot else ""
        yield messages.picture(path)


def _workspace(course: Path | None) -> Workspace:
    return find_workspace(Path.cwd(), course_named(course) if course else None)


def _changed(workspace: Workspace, every: bool) -> list[Exercise]:
    """What has changed since it was last checked, else what the learner is working on."""
    exercises = workspace.course.exercises
    if every:
        return [*workspace.ordered, *map(exercises.__getitem__, workspace.unusable)]
    progress = kept.load(workspace.root)
    known = session.verdicts(workspace, progress)
    changed = [exercise for exercise in workspace.ordered if known[exercise.id] is None]
    if not changed:
        print(shown(messages.UP_TO_DATE, sys.stderr), file=sys.stderr)
        changed = [exercises[progress.current]] if progress.current in exercises else []
    return changed


def _worked_on(workspace: Workspace) -> str:
    """The exercise that was checked last, if it is not passed; else the next one."""
    progress = kept.load(workspace.root)
    known = session.verdicts(workspace, progress)
    if known.get(progress.current, "passed") != "passed":
        return progress.current
    following = session.next_of(workspace, known)
    return following.id if following else progress.current


def _name_others(workspace: Workspace, chosen: list[Exercise]) -> None:
    """Name what cannot be used besides what is checked, which tells that itself."""
    asked = {exercise.id for exercise in chosen}
    name_unusable({name: why for name, why in workspace.unusable.items() if name not in asked})


def _wrong_ways(exercise: Exercise) -> Iterator[str]:
    from torchkata.authoring.proof import prove

    grader = exercise.grader
    texts = {name: wrong.text for name, wrong in grader.misconceptions.items()}
    return messages.wrong_ways(prove(exercise, [0]).earns, texts, grader.points)


def _row(workspace: Workspace, exercise: Exercise, verdict: str | None) -> dict[str, Any]:
    facts = workspace.facts[exercise.id]
    data = {"exercise": exercise.id, "verdict": verdict, "level": facts.level}
    data |= {"minutes": minutes_of(facts.level)}
    return {**data, "core": facts.core, "points": facts.points, "after": list(facts.after)}


def _as_data(outcome: Outcome) -> dict[str, Any]:
    names = ("exercise", "verdict", "cases", "misconception", "second", "text", "seconds", "remark")
    return {name: getattr(outcome, name) for name in names}
