"""`kata watch`: at each save, the verdict. Torch runs in another process (warm.py), never here."""

from __future__ import annotations

import contextlib
import platform
import queue
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from torchkata import keys, phrases, study
from torchkata import progress as kept
from torchkata.course import Exercise
from torchkata.learn import NameArgument, find
from torchkata.screen import Screen
from torchkata.warm import Outcome, Question, Warm
from torchkata.workspace import Workspace, find_workspace, hash_of

# Milliseconds: editors write a file more than once for one save.
_STEP, _DEBOUNCE = 20, 100


def add_to(app: typer.Typer) -> None:
    """Add this command to `kata`."""
    app.command(rich_help_panel="Learn")(watch)


def watch(
    name: NameArgument = "",
    plain: Annotated[
        bool, typer.Option("--plain", help="Append lines, for screen readers and logs.")
    ] = False,
    poll: Annotated[
        bool, typer.Option("--poll", help="Look for changes, where the system does not tell them.")
    ] = False,
) -> None:
    """Follow your work: at each save, the verdict and what is wrong."""
    workspace = find_workspace(Path.cwd())
    interactive = sys.stdin.isatty() and sys.stdout.isatty() and not plain
    session = Session(workspace, Screen(plain=not interactive))
    session.choose(find(workspace, name) if name else None)
    with contextlib.suppress(KeyboardInterrupt), session.watching(poll, interactive):
        session.run()


class Session:
    """What is worked on, and what is known of it; fed by saves, keys and verdicts."""

    def __init__(self, workspace: Workspace, screen: Screen) -> None:
        self.workspace, self.screen = workspace, screen
        self.current: Exercise | None = None
        self.outcome: Outcome | None = None
        self._events: queue.SimpleQueue[tuple[str, object]] = queue.SimpleQueue()
        self._wanted: queue.SimpleQueue[Exercise | None] = queue.SimpleQueue()
        self._judged: dict[str, str] = {}
        self._asked = ""
        self._resetting = False

    def choose(self, exercise: Exercise | None) -> None:
        """Begin with an exercise: the given one, the last one, or the next in order."""
        progress = kept.load(self.workspace.root)
        known = study.verdicts(self.workspace, progress)
        last = self.workspace.course.exercises.get(progress.current)
        if last is not None and known.get(last.id) == "passed":
            last = None
        self.current = exercise or last or study.next_of(self.workspace, known)

    @contextlib.contextmanager
    def watching(self, poll: bool, interactive: bool) -> Iterator[None]:
        """Listen to saves, keys and verdicts until the block ends."""
        done = threading.Event()
        threads = [
            threading.Thread(target=self._follow, args=(poll, done), daemon=True),
            threading.Thread(target=self._judge, daemon=True),
        ]
        for thread in threads:
            thread.start()
        typed = keys.reading(lambda key: self._events.put(("key", key)))
        try:
            with typed if interactive else contextlib.nullcontext():
                yield
        finally:
            done.set()
            self._wanted.put(None)
            for thread in threads:
                thread.join(timeout=5)

    def run(self) -> None:
        """Go on until `q` is typed."""
        if self.current is None:
            self.screen.say(phrases.ALL_DONE)
            return
        self._want(self.current)
        while True:
            kind, what = self._events.get()
            if kind == "key" and not self._key(str(what)):
                return
            if kind == "saved" and isinstance(what, Exercise):
                self._want(what)
            if kind == "judged" and isinstance(what, Outcome):
                self._show(what)

    def _follow(self, poll: bool, done: threading.Event) -> None:
        """Tell of each exercise file that is saved."""
        from watchfiles import watch as changes

        poll = poll or "microsoft" in platform.release().lower()
        paths = {self.workspace.path(e): e for e in self.workspace.course.exercises.values()}
        folder = self.workspace.root / "exercises"
        for found in changes(
            folder,
            stop_event=done,
            step=_STEP,
            debounce=_DEBOUNCE,
            rust_timeout=200,
            poll_delay_ms=200,
            force_polling=poll or None,
        ):
            for saved in {Path(path) for _, path in found} & paths.keys():
                self._events.put(("saved", paths[saved]))

    def _judge(self) -> None:
        """Judge what is wanted; of several saves in a row, the last."""
        warm = Warm()
        try:
            while (exercise := self._wanted.get()) is not None:
                path = self.workspace.path(exercise)
                file = hash_of(path)
                question = Question(str(self.workspace.course.root), exercise.id, str(path))
                outcome = warm.ask(question)
                if outcome.verdict:
                    study.note(self.workspace, exercise, outcome, file)
                self._judged[exercise.id] = file
                self._events.put(("judged", outcome))
                if hash_of(path) != file:
                    self._wanted.put(exercise)
        finally:
            warm.close()

    def _want(self, exercise: Exercise) -> None:
        """Have an exercise judged, unless this very file was."""
        file = hash_of(self.workspace.path(exercise))
        same = self._judged.get(exercise.id) == file and self.outcome is not None
        if same and self.current == exercise:
            return
        asked = f"{exercise.id} {file}"
        if asked == self._asked:
            return
        self.current, self.outcome, self._asked = exercise, None, asked
        self.screen.waiting(self.workspace, exercise)
        self._wanted.put(exercise)

    def _show(self, outcome: Outcome) -> None:
        self._asked = ""
        if self.current is None or outcome.exercise != self.current.id:
            return
        self.outcome = outcome
        progress = kept.load(self.workspace.root)
        known = study.verdicts(self.workspace, progress)
        self.screen.verdict(self.workspace, outcome, known)

    def _key(self, key: str) -> bool:
        """Do what a key asks for; False to end."""
        if self._resetting:
            self._resetting = False
            if key.lower() == "y":
                self._reset()
            else:
                self.screen.say(phrases.NOT_RESET)
            return True
        actions = {"n": self._next, "h": self._hint, "l": self._list, "r": self._ask_reset}
        actions |= {"a": self._all}
        if key.lower() in actions:
            actions[key.lower()]()
        elif key.lower() == "q":
            return False
        else:
            self.screen.say(phrases.KEYS)
        return True

    def _next(self) -> None:
        known = study.verdicts(self.workspace, kept.load(self.workspace.root))
        waiting = [e for e in self.workspace.ordered if known.get(e.id) != "passed"]
        if not waiting:
            self.screen.say(phrases.ALL_DONE)
            return
        place = waiting.index(self.current) + 1 if self.current in waiting else 0
        self._want(waiting[place % len(waiting)])

    def _hint(self) -> None:
        if self.current is not None:
            name, hints = self.current.name, self.workspace.facts[self.current.id].hints
            shown = study.one_more_hint(self.workspace, self.current)
            self.screen.say("\n".join(phrases.hint(name, hints, shown)))

    def _list(self) -> None:
        known = study.verdicts(self.workspace, kept.load(self.workspace.root))
        self.screen.say("\n".join(study.rows(self.workspace, known)))

    def _ask_reset(self) -> None:
        if self.current is not None:
            self._resetting = True
            self.screen.say(phrases.really_reset(self.workspace.shown(self.current)))

    def _reset(self) -> None:
        if self.current is not None:
            backup = study.begin_again(self.workspace, self.current)
            self.screen.say(phrases.was_reset(self.workspace.shown(self.current), backup))

    def _all(self) -> None:
        """Judge whatever has changed, anywhere."""
        known = study.verdicts(self.workspace, kept.load(self.workspace.root))
        changed = [e for e in self.workspace.ordered if known[e.id] is None]
        self.screen.say(phrases.looking_at(len(changed)) if changed else phrases.UP_TO_DATE)
        for exercise in changed:
            self._wanted.put(exercise)
        if self.current is not None:
            self._judged.pop(self.current.id, None)
            self._want(self.current)
