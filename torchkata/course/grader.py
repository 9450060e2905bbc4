"""The vocabulary in which a grader file speaks about one exercise.

A grader holds no expected values: it says how to observe an answer, on which cases, and which
wrong answers people give. See docs/design.md for how an observation becomes a verdict.
"""

from __future__ import annotations

import ast
import inspect
import math
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

Answer = Callable[..., Any]
Decorated = TypeVar("Decorated", bound=Callable[..., Any])

# That a misconception may have besides its first.
_MOST_SENTENCES = 2
_IDEA = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


class GraderError(Exception):
    """A grader, or the course around it, that cannot be used: where, what, and how to fix it."""


@dataclass(frozen=True)
class Case:
    """A function that draws fresh arguments.

    Attributes:
        raises: what the reference must raise on them.
        loss: what two numbers go down in this case: `loss(x, y)`, for numbers or arrays of them.
            A picture shows it beneath the path of the two.
    """

    name: str
    text: str
    draw: Callable[[], Any]
    raises: type[Exception] | None
    loss: Callable[..., Any] | None
    line: int

    def arguments(self) -> tuple[Any, ...]:
        """Draw the arguments from the random generators as they are."""
        drawn = self.draw()
        return drawn if isinstance(drawn, tuple) else (drawn,)


@dataclass(frozen=True)
class Misconception:
    """A wrong answer with a name, and the sentence that would have helped anyone who gave it.

    Attributes:
        idea: the misunderstanding behind it, which has one id in all exercises; empty for none.
        more: what is told besides where the same mistake comes again, one sentence each time.
    """

    name: str
    text: str
    answer: Answer
    line: int
    idea: str = ""
    more: tuple[str, ...] = ()


@dataclass(frozen=True)
class Edit:
    """A misconception that is the reference with one passage of its source exchanged.

    Attributes:
        idea, more: as those of a `Misconception`.
        others: of a family, what else than `new` makes the same mistake.
    """

    name: str
    text: str
    old: str
    new: str
    line: int
    idea: str = ""
    others: tuple[str, ...] = ()
    more: tuple[str, ...] = ()

    def members(self) -> list[Edit]:
        """Each edit of a family by itself; of any other edit, that one."""
        return [replace(self, new=new, others=()) for new in (self.new, *self.others)]


@dataclass(frozen=True)
class Remark:
    """A right answer of which something is to be said, and how one sees that it is written so.

    Attributes:
        name, text, line: as of a misconception.
        answer: one that is written so; None in a pack, which holds no answers.
        written: patterns, of which at least one is found in every such answer.
    """

    name: str
    text: str
    answer: Answer | None
    written: tuple[str, ...]
    line: int


@dataclass(frozen=True)
class Equivalent:
    """A mutant of the reference that no answer can show, or two edits that cancel out, and why."""

    change: str
    reason: str


@dataclass(frozen=True)
class Reason:
    """Why a finding of `kata prove` is none here."""

    finding: str
    reason: str
    line: int


class Grader:
    """Everything there is to say about one exercise, besides its reference.

    Args:
        points: what a passed exercise earns, above 0.
        level: 1 (beginner) to 5 (expert).
        hints: from vague to nearly-there; at least one.
        after: ids of the exercises that come before this one.
        core: whether it is on the path from beginner to competent practitioner.
        tolerance: {name in the observation: (relative, absolute)}; the other names keep the
            tolerance of the reference's dtype.
        forbid: dotted names of what an answer should do without. Advice, not a wall.
        timeout: seconds an answer has for all its cases of one seed.
        graded: False for practice only, where the walls forbid what the exercise needs.
        start: a debugging exercise's beginning: the name of an edit, or a whole text.

    Raises:
        GraderError: a value out of its range.
    """

    def __init__(
        self,
        *,
        points: float,
        level: int,
        hints: Sequence[str],
        after: Sequence[str] = (),
        core: bool = False,
        tolerance: Mapping[str, tuple[float, float]] | None = None,
        forbid: Sequence[str] = (),
        timeout: float = 10.0,
        graded: bool = True,
        start: str | None = None,
    ) -> None:
        self.points, self.level, self.core = points, level, core
        self.hints, self.after, self.forbid = tuple(hints), tuple(after), tuple(forbid)
        self.tolerance = dict(tolerance or {})
        self.timeout, self.graded, self.start = timeout, graded, start
        self.cases: dict[str, Case] = {}
        self.misconceptions: dict[str, Misconception | Edit] = {}
        self.remarks: dict[str, Remark] = {}
        self.equivalents: list[Equivalent] = []
        self.reasons: list[Reason] = []
        self.path = ""
        self.module: ModuleType | None = None
        self.data: dict[str, Path] = {}
        self.packages: tuple[str, ...] = ()
        self._observe: Callable[..., Any] | None = None
        self._check_ranges()

    def observe(self, function: Decorated) -> Decorated:
        """Say what is seen of an answer: `function(answer, *arguments)` returns an observation."""
        if self._observe is not None:
            raise GraderError("a second @grader.observe; an exercise has one, give it more names")
        self._observe = function
        return function

    def case(
        self,
        function: Any = None,
        *,
        raises: type[Exception] | None = None,
        loss: Callable[..., Any] | None = None,
    ) -> Any:
        """Register a function without parameters that returns fresh arguments, as a tuple."""
        if function is None:
            return lambda decorated: self.case(decorated, raises=raises, loss=loss)
        if self.misconceptions or self.remarks:
            raise GraderError(
                f"case {function.__name__!r} is below a misconception; move it above them all"
            )
        line = function.__code__.co_firstlineno
        case = Case(function.__name__, _sentence(function), function, raises, loss, line)
        _add(self.cases, case, "case")
        return function

    def misconception(
        self, answer: Any = None, *, text: str = "", idea: str = "", more: Sequence[str] = ()
    ) -> Any:
        """Register a wrong answer; the first paragraph of its docstring is what a learner reads.

        Where several graders share the sentence, `text` is it. `idea` is one id for one
        misunderstanding, in whichever exercises it occurs, so that a class can be seen to hold it:
        `idea="double_softmax"`. `more` are one or two further sentences, as a tuple: a learner
        whose answer changes and makes the same mistake again is told the next of them, too.
        """
        line = sys._getframe(1).f_lineno

        def register(wrong: Decorated) -> Decorated:
            said = " ".join(text.split()) or _sentence(wrong)
            known = Misconception(wrong.__name__, said, wrong, line, idea, _more(more))
            self._add_misconception(known)
            return wrong

        return register if answer is None else register(answer)

    def edit(
        self,
        name: str,
        text: str,
        old: str,
        new: str,
        *,
        idea: str = "",
        more: Sequence[str] = (),
    ) -> None:
        """Register the reference with `old` exchanged for `new` as a misconception.

        `idea` and `more` are as in `@grader.misconception(...)`.
        """
        line = sys._getframe(1).f_lineno
        self._add_edit(Edit(name, text, old, new, line, idea, more=_more(more)))

    def edits(
        self,
        name: str,
        text: str,
        old: str,
        news: Sequence[str],
        *,
        idea: str = "",
        more: Sequence[str] = (),
    ) -> None:
        """Register a family as one misconception: a set of constants or spellings, one sentence.

        Each of `news` takes the place of `old` in turn, and is proved by itself; `idea` and `more`
        are as in `@grader.misconception(...)`.
        """
        if isinstance(news, str) or len(set(news)) < max(len(news), 2):
            raise GraderError(
                f"news of {name!r} is {news!r}; give two passages or more, no two alike"
            )
        line = sys._getframe(1).f_lineno
        self._add_edit(Edit(name, text, old, news[0], line, idea, tuple(news[1:]), _more(more)))

    def remark(self, *, written: str | Sequence[str]) -> Callable[[Decorated], Decorated]:
        """Register a right answer of which something is to be said after a pass.

        Its docstring is what is told to anyone whose answer passes and is written so. Remarks are
        below the misconceptions; no sandbox and no pack gets the answer.

        Args:
            written: what is found in such an answer: a pattern, or several, of which one will do. A
                pattern is Python, with `_` for any expression and `...` for any statements:
                `_.data`, `torch.tensor(_)`, `for _ in _: ...`. Names mean what they are imported
                as, and a call may have further arguments. With `and` all its parts are found,
                anywhere: `_.log_softmax and _.cross_entropy`.

        Raises:
            GraderError: a pattern is no Python, or there is none.
        """
        patterns = (written,) if isinstance(written, str) else tuple(written)
        if not patterns:
            raise GraderError("written is empty; name what is found in such an answer")
        for pattern in patterns:
            _refuse_pattern(pattern)

        def register(answer: Decorated) -> Decorated:
            line = answer.__code__.co_firstlineno if inspect.isfunction(answer) else 0
            found = Remark(answer.__name__, _sentence(answer), answer, patterns, line)
            _add(self.remarks, found, "remark")
            return answer

        return register

    def equivalent(self, change: str, reason: str) -> None:
        """List a mutant that no answer can show, or two edits that cancel out, and why.

        `change` is what `kata prove` calls it: `old -> new`, or `first + second`.
        """
        self.equivalents.append(Equivalent(change, reason))

    def not_here(self, *findings: str, reason: str) -> None:
        """Set findings of `kata prove` aside, under the names that it gives, and say why."""
        if not reason.strip():
            raise GraderError(f"not_here({', '.join(findings)}) has no reason; say why")
        line = sys._getframe(1).f_lineno
        self.reasons += [Reason(one, " ".join(reason.split()), line) for one in findings]

    def look(self, answer: Answer, *arguments: Any) -> Any:
        """Run the grader's observe function."""
        # torch.compile and pickle look a grader's classes up by their module's name.
        if self.module is not None:
            sys.modules[self.module.__name__] = self.module
        assert self._observe is not None, "check() has been called"
        return self._observe(answer, *arguments)

    def argument_names(self) -> list[str]:
        """What the observe function calls a case's arguments."""
        assert self._observe is not None, "check() has been called"
        return list(inspect.signature(self._observe).parameters)[1:]

    def check(self) -> None:
        """Raise GraderError where something is missing."""
        if self._observe is None:
            raise GraderError("no @grader.observe; say what is seen of an answer")
        if not self.cases:
            raise GraderError("no @grader.case; add a function that returns arguments")

    def _add_edit(self, edit: Edit) -> None:
        if not edit.text.strip():
            raise GraderError(f"edit {edit.name!r} has no text; say in one sentence what to know")
        self._add_misconception(replace(edit, text=" ".join(edit.text.split())))

    def _add_misconception(self, wrong: Misconception | Edit) -> None:
        if not isinstance(wrong.idea, str) or (wrong.idea and not _IDEA.fullmatch(wrong.idea)):
            raise GraderError(
                f"idea={wrong.idea!r} of {wrong.name!r}; write it in lowercase_with_underscores, "
                'as "double_softmax"'
            )
        if len({wrong.text, *wrong.more}) <= len(wrong.more) or len(wrong.more) > _MOST_SENTENCES:
            raise GraderError(
                f"more={wrong.more!r} of {wrong.name!r}; give one or two sentences, none of them "
                "said before"
            )
        _add(self.misconceptions, wrong, "misconception")

    def _check_ranges(self) -> None:
        if not self.points > 0:
            raise GraderError(f"points={self.points!r}; give a number above 0")
        if self.level not in range(1, 6):
            raise GraderError(f"level={self.level!r}; give 1 (beginner) to 5 (expert)")
        if isinstance(self.hints, str) or not self.hints:
            raise GraderError("hints is empty; give one at least, as a tuple of sentences")
        for name, bounds in self.tolerance.items():
            if not all(math.isfinite(bound) and bound >= 0 for bound in bounds):
                raise GraderError(f"tolerance of {name!r} is {bounds!r}; give finite numbers")


def _more(sentences: Sequence[str]) -> tuple[str, ...]:
    """Further sentences of a misconception, each on one line."""
    if isinstance(sentences, str) or not all(sentence.strip() for sentence in sentences):
        raise GraderError(f"more={sentences!r}; give sentences, as a tuple")
    return tuple(" ".join(sentence.split()) for sentence in sentences)


def _add(table: dict[str, Any], entry: Any, kind: str) -> None:
    if entry.name in table:
        raise GraderError(f"two {kind}s are named {entry.name!r}; give each its own name")
    table[entry.name] = entry


def _refuse_pattern(pattern: str) -> None:
    try:
        count = len(ast.parse(pattern).body)
    except (SyntaxError, ValueError) as problem:
        raise GraderError(f"written={pattern!r} is not Python: {problem}") from None
    if count != 1:
        raise GraderError(f"written={pattern!r} is {count} statements; write one in each pattern")


def _sentence(function: Callable[..., Any]) -> str:
    paragraph = (function.__doc__ or "").strip().split("\n\n")[0]
    if not paragraph:
        raise GraderError(f"{function.__name__!r} has no docstring; say in one sentence what it is")
    return " ".join(paragraph.split())
