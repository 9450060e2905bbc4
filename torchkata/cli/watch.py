"""`kata watch`: at each save, the verdict. Torch runs in another process, never here."""

from __future__ import annotations

import contextlib
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from torchkata.cli.learn import NameArgument
from torchkata.course.course import Exercise
from torchkata.course.finding import find
from torchkata.course.grader import GraderError
from torchkata.learning import keyboard, session
from torchkata.learning import progress as kept
from torchkata.learning.editor import Editor, editor_for
from torchkata.learning.exercise_list import ExerciseList
from torchkata.learning.judge_server import Outcome
from torchkata.learning.screen import Screen
from torchkata.learning.watcher import Judge, follow
from torchkata.learning.workspace import Workspace, find_workspace, hash_of
from torchkata.text import messages
from torchkata.text.wrapping import is_plain

# Seconds between two looks at Ctrl-C: on Windows, it cannot interrupt a wait that has no end.
_PAUSE = 0.2


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
    """Follow your work: at each save, the verdict and what is wrong.

    Exit status: 0 ended by you; 2 a wrong command, or no workspace here.
    """
    workspace = find_workspace(Path.cwd())
    plain = plain or is_plain()
    interactive = sys.stdin.isatty() and sys.stdout.isatty() and not plain
    session = Session(workspace, Screen(plain=not interactive))
    session.choose(find(workspace.course, name) if name else None)
    with contextlib.suppress(KeyboardInterrupt), session.watching(poll, interactive):
        session.run()


class Session:
    """What is worked on, and what is known of it; fed by saves, keys and verdicts."""

    def __init__(self, workspace: Workspace, screen: Screen) -> None:
        self.workspace, self.screen = workspace, screen
        self.current: Exercise | None = None
        self._events: queue.SimpleQueue[tuple[str, object]] = queue.SimpleQueue()
        self._judge = Judge(workspace, self._tell)
        # The exercise and the digest of its file: whose verdict is shown, and whose is waited for.
        self._shown, self._asked = ("", ""), ("", "")
        self._note = ""
        self._resetting = False
        self._all_of: dict[str, str] = {}
        self._listed: ExerciseList | None = None
        self._keyboard = contextlib.ExitStack()

    def choose(self, exercise: Exercise | None) -> None:
        """Begin with an exercise: the given one, the last one, or the next."""
        progress = kept.load(self.workspace.root, self._say_later)
        known = session.verdicts(self.workspace, progress)
        last = self.workspace.course.exercises.get(progress.current)
        if last is not None and known.get(last.id) == "passed":
            last = None
        self.current = exercise or last or session.next_of(self.workspace, known)

    @contextlib.contextmanager
    def watching(self, poll: bool, interactive: bool) -> Iterator[None]:
        """Listen to saves, keys and verdicts until the block ends."""
        done = threading.Event()
        following = (self.workspace, poll, done, self._tell)
        follower = threading.Thread(target=follow, args=following, daemon=True)
        follower.start()
        self._judge.start()
        try:
            with self._keyboard:
                if interactive:
                    self._listen()
                yield
        finally:
            done.set()
            self._judge.stop()
            follower.join(timeout=2)

    def _listen(self) -> None:
        typed = keyboard.reading(lambda key: self._tell("key", keyboard.letter(key)))
        self._keyboard.enter_context(typed)

    def run(self) -> None:
        """Go on until `q` is typed."""
        if self.current is None:
            self.screen.say(session.all_done(self.workspace))
            return
        self._want(self.current)
        while True:
            with contextlib.suppress(queue.Empty):
                kind, what = self._events.get(timeout=_PAUSE)
                if kind == "key" and not self._key(str(what)):
                    return
                self._hear(kind, what)

    def _say_later(self, sentence: str) -> None:
        """Say something with the next verdict, which clears the screen."""
        self._note = sentence

    def _tell(self, kind: str, what: object) -> None:
        self._events.put((kind, what))

    def _hear(self, kind: str, what: object) -> None:
        """Take in what a thread tells."""
        if isinstance(what, Exception):
            raise what
        if kind == "saved" and isinstance(what, set):
            self._saved(what)
        if kind == "judged" and isinstance(what, tuple):
            self._judged(*what)

    def _saved(self, saved: set[Exercise]) -> None:
        """Go on with what was saved: of several files, the current one, else the last."""
        times = dict[Exercise, float]()
        for exercise in saved:
            # What was deleted was not saved.
            with contextlib.suppress(OSError):
                times[exercise] = self.workspace.path(exercise).stat().st_mtime
        if self.current is not None and (not times or self.current in saved):
            self._want(self.current)
        elif times:
            self._want(max(times, key=times.__getitem__))

    def _want(self, exercise: Exercise) -> None:
        """Have an exercise judged, unless this very file was."""
        asked = (exercise.id, hash_of(self.workspace.path(exercise)))
        self.current = exercise
        if asked in (self._shown, self._asked):
            return
        self._listed = None
        self._shown, self._asked = ("", ""), asked
        self.screen.waiting(self.workspace, exercise)
        self._judge.want(exercise)

    def _judged(self, outcome: Outcome, file: str) -> None:
        if outcome.exercise in self._all_of:
            self._all_of[outcome.exercise] = outcome.verdict or "error"
        if self.current is None or outcome.exercise != self.current.id:
            return
        if self._shown == (outcome.exercise, file) and not self.screen.is_news(outcome):
            return
        self._asked, self._shown = ("", ""), (outcome.exercise, file)
        if self._all_of and all(self._all_of.values()):
            self._note = "\n".join(messages.since_last_time(self._all_of))
            self._all_of = {}
        known = session.verdicts(self.workspace, kept.load(self.workspace.root))
        note = self._note or self._after_a_pass(outcome, known)
        self.screen.verdict(self.workspace, outcome, known, note)
        self._note = ""
        if self._listed is not None:
            self.screen.list(self._listed)

    def _after_a_pass(self, outcome: Outcome, known: dict[str, str | None]) -> str:
        """What more there is after a pass, and may be skipped; without keys, where to go on."""
        if outcome.verdict != "passed" or self.current is None:
            return ""
        more = session.what_more(self.current)
        if self.screen.plain:
            return f"{more}\n{session.where_next(self.workspace)}"
        others = session.stood_for(self.workspace, self.current, known)
        title = session.title_of(self.workspace, self.current.module)
        return f"{more}\n{messages.may_be_skipped(len(others), title)}" if others else more

    def _key(self, key: str) -> bool:
        """Do what a key asks for; False to end."""
        if self._resetting:
            self._resetting = False
            if key == "y":
                self._reset()
            else:
                self.screen.say(messages.NOT_RESET)
            return True
        if self._listed is not None:
            self._in_list(self._listed, key)
            return True
        actions = {"n": self._next, "h": self._hint, "l": self._list, "r": self._ask_reset}
        actions |= {"a": self._all, "s": self._skip, "e": self._edit}
        if key == "q":
            return False
        try:
            actions.get(key, self.screen.keys)()
        except GraderError as problem:
            self.screen.say(str(problem))
        return True

    def _next(self) -> None:
        known = session.verdicts(self.workspace, kept.load(self.workspace.root))
        following = session.next_of(self.workspace, known, self.current)
        if following is not None and following != self.current:
            self._want(following)
            return
        # What was to be said with the next verdict is said with none.
        self._note = ""
        self.screen.say(messages.ALL_DONE if following is None else messages.ONLY_THIS_ONE)

    def _skip(self) -> None:
        """Let the current exercise come last; or the rest of the module it stands for."""
        if self.current is None:
            return
        known = session.verdicts(self.workspace, kept.load(self.workspace.root))
        self._note = messages.skipped(self.current.name)
        skipped = [self.current]
        if known.get(self.current.id) == "passed":
            skipped = session.stood_for(self.workspace, self.current, known)
            title = session.title_of(self.workspace, self.current.module)
            self._note = messages.all_skipped(len(skipped), title) if skipped else ""
        session.skip(self.workspace, skipped)
        self._next()

    def _edit(self) -> None:
        """Open the current exercise in the learner's editor."""
        if self.current is None:
            return
        path = self.workspace.path(self.current)
        editor = editor_for(path, session.line_of(self.workspace, self.current))
        if editor is None:
            self.screen.say(messages.NO_EDITOR)
            return
        try:
            self._open(editor)
        except OSError as problem:
            self.screen.say(messages.cannot_open(str(problem)))

    def _open(self, editor: Editor) -> None:
        if not editor.in_terminal:
            quiet = subprocess.DEVNULL
            subprocess.Popen(editor.command, stdin=quiet, stdout=quiet, stderr=quiet)
            return
        # It reads what is typed, and draws, until it ends.
        self._keyboard.close()
        try:
            subprocess.run(editor.command, check=False)
        finally:
            self._listen()
        self.screen.again()

    def _hint(self) -> None:
        if self.current is not None:
            name, hints = self.current.name, self.workspace.facts_of(self.current).hints
            shown = session.one_more_hint(self.workspace, self.current)
            solved = session.may_see_solution(self.workspace, self.current)
            self.screen.say("\n".join(messages.hint(name, hints, shown, "h", solved)))

    def _list(self) -> None:
        known = session.verdicts(self.workspace, kept.load(self.workspace.root))
        rows = list(session.rows(self.workspace, known))
        self._listed = ExerciseList(rows, self.current.id if self.current else "")
        self.screen.list(self._listed)

    def _in_list(self, listed: ExerciseList, key: str) -> None:
        """Do what a key asks for while the list is shown."""
        chosen = listed.press(key)
        if not listed.closed:
            self.screen.list(listed)
            return
        self._listed = None
        exercise = self.workspace.course.exercises.get(chosen)
        if exercise is None or exercise == self.current:
            self.screen.again()
        else:
            self._want(exercise)

    def _ask_reset(self) -> None:
        if self.current is not None:
            self._resetting = True
            self.screen.say(messages.really_reset(self.workspace.shown(self.current)))

    def _reset(self) -> None:
        if self.current is not None:
            backup = session.begin_again(self.workspace, self.current)
            # Said with the verdict, which comes at once and clears the screen.
            self._note = messages.was_reset(self.workspace.shown(self.current), backup)
            self._again(self.current)

    def _all(self) -> None:
        """Judge whatever has changed, anywhere, and at last the current exercise once more."""
        known = session.verdicts(self.workspace, kept.load(self.workspace.root))
        changed = [e for e in self.workspace.ordered if known[e.id] is None]
        self._all_of = {e.id: "" for e in changed}
        self._note = "" if changed else messages.UP_TO_DATE
        for exercise in changed:
            self._judge.want(exercise)
        if self.current is not None:
            self._again(self.current)
        if changed:
            self.screen.say(messages.looking_at(len(changed)))

    def _again(self, exercise: Exercise) -> None:
        """Have an exercise judged, even if this very file was."""
        self._shown = self._asked = ("", "")
        self._judge.forget()
        self._want(exercise)
