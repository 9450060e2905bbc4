"""`kata` alone: how far the learner is, what has changed, where to go on. Quick, so no typer."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from torchkata import progress as kept
from torchkata import study
from torchkata.course import Exercise
from torchkata.texts import phrases
from torchkata.workspace import Workspace, find_workspace


def overview() -> None:
    """How far the learner is, what has changed, and where to go on."""
    workspace = find_workspace(Path.cwd())
    first = not (workspace.root / kept.FILE).exists()
    before = kept.load(workspace.root)
    known = study.verdicts(workspace, before)
    unknown = [workspace.course.exercises[name] for name, verdict in known.items() if not verdict]
    if first:
        print(phrases.HOW_IT_WORKS, end="\n\n")
    if unknown:
        print(phrases.looking_at(len(unknown)), file=sys.stderr)
        changed = {one.exercise: one.verdict for one in study.check(workspace, unknown)}
        known |= changed
        if not first:
            print("\n".join(phrases.since_last_time(changed)), end="\n\n")
    current = _worked_on(before.current, known, unknown)
    _remember(workspace, current)
    width = shutil.get_terminal_size().columns
    print("\n".join(phrases.bars({k: v or "error" for k, v in known.items()}, width)))
    print("\n" + _go_on(workspace, known, current))


def _go_on(workspace: Workspace, known: dict[str, str | None], current: str) -> str:
    following = study.next_of(workspace, known)
    if known.get(current) not in (None, "passed"):
        following = workspace.course.exercises[current]
    if following is None:
        return phrases.ALL_DONE
    where, line = workspace.shown(following), study.line_of(workspace, following)
    return phrases.go_on(where, line, "passed" in known.values(), following.name)


def _worked_on(current: str, known: dict[str, str | None], changed: list[Exercise]) -> str:
    """What was changed last, if it is begun and not passed; else what was worked on before."""
    begun = [one.id for one in changed if known[one.id] not in ("passed", "todo")]
    return begun[-1] if begun else current


def _remember(workspace: Workspace, current: str) -> None:
    """Keep the facts of all graders, which take longest to read, and what is worked on."""
    with kept.changing(workspace.root) as progress:
        progress.current = current
        for name, facts in workspace.facts.items():
            progress.entry(name).facts = facts
