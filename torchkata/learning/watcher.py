"""Follow saves, and have what is saved judged: the two threads behind `kata watch`."""

from __future__ import annotations

import hashlib
import platform
import queue
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec.structs import replace

from torchkata.course.course import Exercise
from torchkata.learning import session
from torchkata.learning.judge_server import Outcome, Question, Warm
from torchkata.learning.tries import Try
from torchkata.learning.workspace import Workspace, hash_of

# Milliseconds. What is written within a step of the last write belongs to the same save; what comes
# a little later makes the first verdict out of date, and that is not told (Judge).
_STEP, _DEBOUNCE = 20, 100
# Seconds between two looks at a file that is half saved, or at a folder that is gone.
_PAUSE = 0.1
_NOTHING = ("", hashlib.sha256(b"").hexdigest())

Tell = Callable[[str, object], None]


class Judge:
    """Has files judged one after another, in a thread of its own; of several saves, the last."""

    def __init__(self, workspace: Workspace, tell: Tell) -> None:
        self._workspace, self._tell = workspace, tell
        self._queue: queue.SimpleQueue[Exercise | None] = queue.SimpleQueue()
        self._waiting: set[str] = set()
        self._last: tuple[Outcome, str] | None = None
        self._ended = False
        self._warm: Warm | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def want(self, exercise: Exercise) -> None:
        """Have what an exercise's file holds judged; what waits already is not judged twice."""
        if exercise.id not in self._waiting:
            self._waiting.add(exercise.id)
            self._queue.put(exercise)

    def forget(self) -> None:
        """Judge the last file again, if it is wanted."""
        self._last = None

    def stop(self) -> None:
        """End, and the process that judges too, even if it is in an answer that never ends."""
        self._ended = True
        self._queue.put(None)
        self._thread.join(timeout=2 * _PAUSE)
        if self._thread.is_alive() and self._warm is not None:
            self._warm.interrupt()
            self._thread.join(timeout=2)

    def _run(self) -> None:
        try:
            self._warm = Warm()
            while (exercise := self._queue.get()) is not None and not self._ended:
                self._waiting.discard(exercise.id)
                self._answer(self._warm, exercise)
        except Exception as problem:
            # Not known here, and not to be skipped: the main thread ends with it.
            self._tell("failed", problem)
        finally:
            if self._warm is not None:
                self._warm.close()

    def _answer(self, warm: Warm, exercise: Exercise) -> None:
        path = self._workspace.path(exercise)
        file = _settled(path)
        last = self._last
        known = last is not None and (last[0].exercise, last[1]) == (exercise.id, file)
        if last is not None and known and not last[0].open:
            self._tell("judged", last)
            return
        seen = _stamp(path), file
        tried = session.try_at(self._workspace, exercise)
        course = str(self._workspace.course.root)
        question = Question(course, exercise.id, str(path), pairs=False)
        question = replace(question, told=tried.told, quiet=tried.quiet)
        outcome = warm.ask(question)
        if self._is_told(exercise, outcome, seen, tried) and outcome.open:
            self._explain(warm, exercise, question, seen, tried)

    def _explain(
        self,
        warm: Warm,
        exercise: Exercise,
        question: Question,
        seen: tuple[object, str],
        tried: Try,
    ) -> None:
        """Have two mistakes at once tried, unless something else is waiting to be judged."""
        if self._queue.empty():
            self._is_told(exercise, warm.ask(replace(question, pairs=True)), seen, tried)

    def _is_told(
        self, exercise: Exercise, outcome: Outcome, seen: tuple[object, str], tried: Try
    ) -> bool:
        """Keep an outcome and tell it, unless its file was saved again while it was looked at."""
        path = self._workspace.path(exercise)
        if self._ended:
            return False
        if (_stamp(path), hash_of(path)) != seen:
            # Nobody knows which was read, even if the file now holds what it held before.
            self._last = None
            self.want(exercise)
            return False
        if outcome.verdict:
            session.note(self._workspace, exercise, outcome, seen[1], tried)
        self._last = (outcome, seen[1])
        self._tell("judged", self._last)
        return True


def follow(workspace: Workspace, poll: bool, done: threading.Event, tell: Tell) -> None:
    """Tell which exercises' files are saved; again and again none, where some may be missed."""
    poll = poll or "microsoft" in platform.release().lower()
    folder = workspace.root / "exercises"
    exercises = {e.relative.parts: e for e in workspace.course.exercises.values()}
    while not done.is_set():
        try:
            for paths in _changes(folder, poll, done, lambda: tell("saved", set())):
                ends = {path.parts[-2:] for path in paths}
                if saved := {exercises[end] for end in ends & exercises.keys()}:
                    tell("saved", saved)
        except (OSError, RuntimeError):
            # No folder for now; or no events, of which the system grants each user so many.
            poll = poll or folder.is_dir()
        done.wait(_PAUSE)


def _changes(
    folder: Path, poll: bool, done: threading.Event, ready: Callable[[], None]
) -> Iterator[set[Path]]:
    """What is changed in a folder, until it is another one or gone."""
    from watchfiles import watch as changes

    begun = folder.stat().st_ino
    found = changes(
        folder, watch_filter=None, stop_event=done, step=_STEP, debounce=_DEBOUNCE,
        rust_timeout=200, yield_on_timeout=True, poll_delay_ms=200,
        force_polling=poll or None, ignore_permission_denied=True,
    )  # fmt: skip
    for number, changed in enumerate(found):
        if number == 0:
            ready()
        yield {Path(path) for _, path in changed}
        if folder.stat().st_ino != begun:
            return


def _settled(path: Path) -> str:
    """The digest of a file. One that is empty or gone may be half saved, and gets some time."""
    for _ in range(3):
        if (file := hash_of(path)) not in _NOTHING:
            return file
        time.sleep(_PAUSE)
    return hash_of(path)


def _stamp(path: Path) -> tuple[int, ...]:
    """What is another after each save, whatever is saved."""
    try:
        found = path.stat()
    except OSError:
        return ()
    return found.st_mtime_ns, found.st_ino, found.st_size
