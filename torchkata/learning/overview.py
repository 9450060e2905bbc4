"""`kata` alone: how far the learner is, what has changed, where to go on. Quick, so no typer."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from torchkata.course.course import Exercise
from torchkata.learning import known_facts, session
from torchkata.learning import progress as kept
from torchkata.learning.workspace import Workspace, find_workspace
from torchkata.text import messages
from torchkata.text.wrapping import is_plain, shown


def overview() -> None:
    """How far the learner is, what has changed, and where to go on."""
    workspace = find_workspace(Path.cwd())
    first = not (workspace.root / kept.FILE).exists()
    before = kept.load(workspace.root)
    known, unusable = session.verdicts(workspace, before), dict(workspace.unusable)
    unknown = [workspace.course.exercises[name] for name, verdict in known.items() if not verdict]
    if first:
        print(shown(workspace.course.outline.welcome.strip() or messages.HOW_IT_WORKS), end="\n\n")
    if unknown:
        print(messages.looking_at(len(unknown)), file=sys.stderr)
        outcomes = list(session.check(workspace, unknown))
        # Without a verdict, the grader could be read, and not be run.
        unusable |= {one.exercise: one.text for one in outcomes if not one.verdict}
        changed = {one.exercise: one.verdict for one in outcomes if one.verdict}
        known |= changed
        if changed and not first:
            print(shown("\n".join(messages.since_last_time(changed))), end="\n\n")
    for line in messages.unusable(unusable):
        print(shown(line, sys.stderr), file=sys.stderr)
    current = _worked_on(before.current, known, unknown)
    _remember(workspace, current)
    print("\n".join(_so_far({name: verdict or "error" for name, verdict in known.items()})))
    print("\n" + shown(_go_on(workspace, known, current)))
    if first:
        print(shown(messages.BEGIN_BY))


def _so_far(verdicts: dict[str, str]) -> Iterator[str]:
    """A line for each module; a bar in it, unless lines are read aloud."""
    if is_plain():
        return messages.progress(verdicts)
    return messages.bars(verdicts, shutil.get_terminal_size().columns)


def _go_on(workspace: Workspace, known: dict[str, str | None], current: str) -> str:
    following = session.next_of(workspace, known)
    if known.get(current) not in (None, "passed"):
        following = workspace.course.exercises[current]
    if following is None:
        return session.all_done(workspace)
    where, line = workspace.shown(following), session.line_of(workspace, following)
    return messages.go_on(where, line, "passed" in known.values(), following.name)


def _worked_on(current: str, known: dict[str, str | None], changed: list[Exercise]) -> str:
    """What was changed last, if it is begun and not passed; else what was worked on before."""
    begun = [one.id for one in changed if known[one.id] not in ("passed", "todo")]
    return begun[-1] if begun else current


def _remember(workspace: Workspace, current: str) -> None:
    """Keep the facts of all graders, which take longest to read, and what is worked on."""
    known_facts.save(workspace.root, workspace.facts)
    with kept.changing(workspace.root) as progress:
        progress.current = current
