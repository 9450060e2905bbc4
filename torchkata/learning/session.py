"""What the learner's commands do with a workspace: check, look up, set back, ask again."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from msgspec.structs import replace

from torchkata.course import source
from torchkata.course.course import Exercise
from torchkata.course.grader import GraderError
from torchkata.course.grader_facts import minutes_of
from torchkata.learning import progress as kept
from torchkata.learning import tries
from torchkata.learning.exercise_list import Row
from torchkata.learning.judge_server import Outcome, Question, Warm
from torchkata.learning.progress import Checked, Progress
from torchkata.learning.tries import Try, next_try
from torchkata.learning.workspace import Workspace, hash_of, verdict_of
from torchkata.text import messages

_DAY = 86400.0
# Days after each pass until it is asked again.
_SPACES = (1, 3, 7, 21, 60)
_BACKUPS = Path(".kata", "backups")

# Where pictures are in a workspace.
PLOTS = Path("plots")


@dataclass(frozen=True)
class Due:
    """An exercise that was passed, and in how many days it is asked again (negative: due)."""

    exercise: Exercise
    days: float


def verdicts(workspace: Workspace, progress: Progress) -> dict[str, str | None]:
    """{exercise id: its verdict, or None where something has changed since}, if it can be used."""
    return {e.id: _known(workspace, progress, e) for e in workspace.usable}


def check(
    workspace: Workspace,
    exercises: Iterable[Exercise],
    device: str = "cpu",
    verbose: bool = False,
    plot: bool = False,
) -> Iterator[Outcome]:
    """Judge the learner's files, each in a process that ends with it, and keep the verdicts.

    Args:
        workspace: where they are.
        exercises: which.
        device: auto, cpu, cuda or mps.
        verbose: whether to show every case.
        plot: whether to draw what is wrong, where a picture says more.
    """
    asked = Question("", "", "", device, verbose, str(workspace.root / PLOTS) if plot else "")
    worker: Warm | None = None
    try:
        for exercise in exercises:
            worker = worker or Warm()
            yield _checked(workspace, worker, exercise, asked)
    finally:
        if worker is not None:
            worker.close()


def note(workspace: Workspace, exercise: Exercise, outcome: Outcome, file: str, tried: Try) -> None:
    """Keep a verdict on a file of this digest."""
    facts = workspace.facts_of(exercise)
    checked = Checked(file, facts.digest, outcome.verdict, kept.now())
    with kept.changing(workspace.root) as progress:
        entry = progress.entry(exercise.id)
        entry.note(checked)
        tries.count(entry, tried, filter(None, (outcome.misconception, outcome.second)))
        progress.current = exercise.id


def try_at(workspace: Workspace, exercise: Exercise) -> Try:
    """What the learner's file is beside the answers that were checked before."""
    try:
        facts, text = workspace.facts_of(exercise), workspace.path(exercise).read_text("utf-8")
    except (GraderError, OSError, UnicodeDecodeError):
        return Try()
    return next_try(kept.load(workspace.root).entry(exercise.id), facts, text)


def next_of(
    workspace: Workspace, known: dict[str, str | None], after: Exercise | None = None
) -> Exercise | None:
    """The first exercise of the learning path that is not passed; what was skipped comes last.

    Args:
        workspace: where the learner is.
        known: {exercise id: its verdict, or None}.
        after: begin behind this one, and come to those before it at the end.
    """
    path = workspace.learning_path
    place = path.index(after) + 1 if after in path else 0
    waiting = [e for e in path[place:] + path[:place] if known.get(e.id) != "passed"]
    entries = kept.load(workspace.root).exercises
    skipped = {name for name, entry in entries.items() if entry.skipped}
    return next(iter(sorted(waiting, key=lambda exercise: exercise.id in skipped)), None)


def skip(workspace: Workspace, exercises: Iterable[Exercise]) -> None:
    """Let exercises come last, until they are passed."""
    with kept.changing(workspace.root) as progress:
        for exercise in exercises:
            progress.entry(exercise.id).skipped = True


def stood_for(
    workspace: Workspace, exercise: Exercise, known: dict[str, str | None]
) -> list[Exercise]:
    """The rest of a module, which anyone who passes the exercise that stands for it may skip."""
    inside = [e for e in workspace.ordered if e.module == exercise.module]
    core = [e.id for e in inside if workspace.facts[e.id].core]
    named = workspace.course.outline.stands_for.get(exercise.module, core[-1] if core else "")
    entries = kept.load(workspace.root).exercises
    if exercise.id != named:
        return []
    skipped = {name for name, entry in entries.items() if entry.skipped}
    return [e for e in inside if known.get(e.id) != "passed" and e.id not in skipped]


def title_of(workspace: Workspace, module: str) -> str:
    """What the course calls a module."""
    return workspace.course.outline.modules.get(module) or module


def what_more(exercise: Exercise) -> str:
    """What there is to look at after a pass: other right ways, and the page to read."""
    names = [] if exercise.packed else source.public_names(exercise.solution)
    return messages.what_more(exercise.name, max(0, len(names) - 1), exercise.further_reading)


def where_next(workspace: Workspace) -> str:
    """Where to go on after a pass, in a sentence."""
    following = next_of(workspace, verdicts(workspace, kept.load(workspace.root)))
    if following is None:
        return all_done(workspace)
    where, line = workspace.shown(following), line_of(workspace, following)
    return messages.go_on(where, line, True, following.name)


def all_done(workspace: Workspace) -> str:
    """What is said when every exercise is passed."""
    return "\n\n".join(filter(None, [workspace.course.outline.final.strip(), messages.ALL_DONE]))


def line_of(workspace: Workspace, exercise: Exercise) -> int:
    """The first line to edit: what is still to be written, or the function itself."""
    try:
        text = workspace.path(exercise).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return 1
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip().startswith(source.TODO):
            return number
    return source.line_of(text, exercise.name)


def may_see_solution(workspace: Workspace, exercise: Exercise) -> bool:
    """Whether the solution is shown without giving up: it was passed, or given up before."""
    entry = kept.load(workspace.root).entry(exercise.id)
    return bool(entry.passed or entry.gave_up)


def one_more_hint(workspace: Workspace, exercise: Exercise) -> int:
    """Count one more hint, and return how many are to be shown."""
    hints = workspace.facts_of(exercise).hints
    with kept.changing(workspace.root) as progress:
        entry = progress.entry(exercise.id)
        entry.hints = min(entry.hints + 1, len(hints))
    return entry.hints


def rows(workspace: Workspace, known: dict[str, str | None]) -> Iterator[Row]:
    """Module by module, a line for each exercise, in order."""
    entries = kept.load(workspace.root).exercises
    for module, inside in groupby(workspace.ordered, key=lambda exercise: exercise.module):
        exercises = list(inside)
        if exercises[0] != workspace.ordered[0]:
            yield Row("", "")
        minutes = [minutes_of(workspace.facts[e.id].level) for e in exercises]
        yield Row("", messages.module_heading(title_of(workspace, module), sum(minutes)))
        for exercise, each in zip(exercises, minutes, strict=True):
            facts, verdict = workspace.facts[exercise.id], known[exercise.id] or "changed"
            if verdict != "passed" and entries.get(exercise.id, kept.Entry()).skipped:
                verdict = "skipped"
            text = messages.row(exercise.id, verdict, facts.level, facts.core, each)
            yield Row(exercise.id, text)


def begin_again(workspace: Workspace, exercise: Exercise) -> str:
    """Set a file back to its stub; where the answer was kept, or nothing if there was none."""
    path, stub = workspace.path(exercise), workspace.facts_of(exercise).stub
    backup = back_up(workspace, exercise)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(stub, encoding="utf-8")
    return backup


def back_up(workspace: Workspace, exercise: Exercise) -> str:
    """Copy a learner's file beside the progress, unless nobody has written in it.

    Returns:
        Where to, as a learner would type it; empty if there was nothing to keep.
    """
    path = workspace.path(exercise)
    if not path.is_file() or _holds(path, workspace.facts_of(exercise).stub):
        return ""
    stamp = time.strftime("%Y%m%d-%H%M%S")
    name = f"{exercise.module}-{exercise.name}"
    place, count = workspace.root / _BACKUPS / f"{name}-{stamp}.py", 1
    while place.exists():
        place, count = place.with_name(f"{name}-{stamp}-{count}.py"), count + 1
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(path.read_bytes())
    return place.relative_to(workspace.root).as_posix()


def bring_back(workspace: Workspace, exercise: Exercise) -> bool:
    """Put the newest old answer in its place, and keep what was there; False if there is none."""
    path, stub = workspace.path(exercise), workspace.facts_of(exercise).stub
    pattern = f"{exercise.module}-{exercise.name}-*.py"
    backups = sorted((workspace.root / _BACKUPS).glob(pattern), key=lambda p: p.stat().st_mtime)
    # An earlier version kept stubs, too.
    answers = [old.read_bytes() for old in backups if not _holds(old, stub)]
    if not answers:
        return False
    back_up(workspace, exercise)
    path.write_bytes(answers[-1])
    return True


def reviews(workspace: Workspace, progress: Progress) -> list[Due]:
    """All that was passed, in the order in which it is asked again."""
    found = []
    for name, entry in progress.exercises.items():
        if entry.passed and name in workspace.course.exercises:
            space = _SPACES[min(len(entry.passed), len(_SPACES)) - 1]
            days = space - (kept.now() - entry.passed[-1]) / _DAY
            found.append(Due(workspace.course.exercises[name], days))
    return sorted(found, key=lambda due: due.days)


def _checked(workspace: Workspace, worker: Warm, exercise: Exercise, asked: Question) -> Outcome:
    path = workspace.path(exercise)
    file = hash_of(path)
    course = str(workspace.course.root)
    tried = try_at(workspace, exercise)
    question = replace(asked, course=course, exercise=exercise.id, file=str(path))
    outcome = worker.ask(replace(question, told=tried.told, quiet=tried.quiet))
    if outcome.verdict:
        note(workspace, exercise, outcome, file, tried)
    return outcome


def _known(workspace: Workspace, progress: Progress, exercise: Exercise) -> str | None:
    """The verdict, where it is known or plain to see."""
    path = workspace.path(exercise)
    if not path.exists():
        return "missing"
    verdict = verdict_of(workspace, progress, exercise)
    if verdict is None and _holds(path, workspace.facts[exercise.id].stub):
        return "todo"
    return verdict


def _holds(path: Path, text: str) -> bool:
    try:
        return path.read_text("utf-8") == text
    except (OSError, UnicodeDecodeError):
        return False
