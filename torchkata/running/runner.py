"""Run one answer on drawn arguments and report what it did.

This is the one path an answer takes, in the learner's own process and behind the walls. Arguments
are drawn before the answer is read, so that it cannot meddle with them.
"""

from __future__ import annotations

import contextlib
import linecache
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import torch

from torchkata.course.answer_name import Asked
from torchkata.course.data import reading
from torchkata.course.grader import Answer, Grader, GraderError
from torchkata.course.lines import lines_of
from torchkata.course.loading import MODULE, load_answer
from torchkata.course.packages import PACKAGES
from torchkata.course.source import TODO, digest, without_return
from torchkata.judging.judge import Report
from torchkata.judging.observation import Origin, Plain, Raised, plain
from torchkata.notebooks.script import answer_of, is_script
from torchkata.running import observers
from torchkata.running.arguments import Drawn, draw_case, seed_for_observing
from torchkata.running.cells import with_lines
from torchkata.running.first_non_finite import looking, shows
from torchkata.running.forbidden_calls import Watch
from torchkata.running.isolation import undisturbed
from torchkata.running.remarks import holds
from torchkata.running.time_limit import TimeLimit, time_limit

_LONGEST_MESSAGE = 1000
# How many cases that show nan or inf are run once more, to see what made it.
_LOOKED_INTO = 3


@dataclass(frozen=True)
class Job:
    """All that running an answer needs, besides the answer.

    Attributes:
        asked: which function or class.
        path: what tracebacks call the answer's file.
        grader: whole or cut; its misconceptions are not looked at.
        drawn: the arguments, used up by the run.
        stub: the digest of the stub's syntax tree.
        part: the digest of what the stub would hand in, if it were a notebook's cell.
        packages: what the answer may import besides the standard library.
        printed: returns what was printed since it was last called.
        remarks: {remark: patterns} that are looked for in the answer's text.
        symptoms: whether an answer that is as it was given is run, too: it is a program to be
            fixed, and shows what is wrong with it.
        limit: how long the answer may take for one seed, where that is not the grader's timeout.
        until: whether what was seen in a case is all that one wants to know; the cases after it
            are left out.
    """

    asked: Asked
    path: str
    grader: Grader
    drawn: list[Drawn]
    stub: str = ""
    part: str = ""
    packages: frozenset[str] = PACKAGES
    printed: Callable[[], str] = str
    remarks: Mapping[str, Sequence[str]] = field(default_factory=dict)
    symptoms: bool = False
    limit: float = 0.0
    until: Callable[[Drawn, Plain], bool] = lambda drawn, seen: False

    @property
    def seconds(self) -> float:
        """How long the answer may take, for all its cases and seeds."""
        return (self.limit or self.grader.timeout) * len({drawn.seed for drawn in self.drawn})


def respond(job: Job, text: str) -> Report:
    """Load an answer from its file's text and observe it in every case.

    The text may be a notebook's script; then lines are those of the script.
    """
    if not is_script(text):
        return _respond(job, text)
    try:
        with time_limit(job.seconds, job.path):
            draft = answer_of(text, job.asked, job.part)
    except KeyboardInterrupt:
        raise
    except BaseException as problem:
        return Report(raised(problem, job.path))
    report = _respond(replace(job, stub=job.part), draft.text)
    trouble = report.trouble
    if draft.begin and trouble and trouble.type in ("Todo", "NameImported") and not trouble.line:
        return replace(report, trouble=Raised(trouble.type, trouble.message, draft.begin[1]))
    lines = {number: place[1] for number, place in enumerate(draft.places, start=1)}
    return with_lines(report, lambda line: lines.get(line, line))


def _respond(job: Job, text: str) -> Report:
    untouched = None
    try:
        with time_limit(job.seconds, job.path):
            watch = Watch(job.grader.forbid, text, job.path, job.asked.name)
            untouched = Raised("Todo", "") if digest(text, job.path) == job.stub else None
            if untouched and not job.symptoms:
                return Report(untouched)
            written = [name for name, one in job.remarks.items() if holds(text, job.asked, one)]
            with undisturbed(), reading(job.grader.data):
                settings = _settings()
                answer = load_answer(text, job.path, job.asked, job.packages)
                undone = [name for name, now in _settings().items() if now != settings[name]]
            report = _observe_all(job, answer, watch, undone)
            report = replace(report, trouble=untouched, written=written)
            without = without_return(text, job.asked)
            return replace(report, origins=_origins(job, answer, report), without_return=without)
    except KeyboardInterrupt:
        raise
    except BaseException as problem:
        # Whatever it is, it came from reading or loading the answer, or it is the time limit.
        return Report(untouched or raised(problem, job.path))


def observe(grader: Grader, answer: Answer, drawn: Drawn, path: str = "") -> Plain:
    """Observe an answer on one case's arguments, which are used up by it."""
    seed_for_observing(drawn)
    try:
        with reading(grader.data):
            return plain(_named(grader.look(answer, *drawn.arguments)), drawn.device)
    except (KeyboardInterrupt, TimeLimit):
        raise
    except BaseException as problem:
        return raised(problem, path, grader.path, drawn.case.raises)


def raised(
    problem: BaseException,
    path: str,
    grader_path: str = "",
    meant: type[Exception] | None = None,
) -> Raised:
    """An exception as an observation: what it says, and where in the answer it came from.

    Args:
        problem: the exception.
        path: the answer's file, as tracebacks call it.
        grader_path: the grader's, for what fails there, or in a look that it makes, on what the
            answer returned.
        meant: what is to be raised, if anything is.
    """
    if isinstance(problem, SyntaxError) and problem.filename == path:
        # Where the indentation is wrong, it is what there is to see.
        text = (problem.text or "").expandtabs(4).rstrip()
        code = text if isinstance(problem, IndentationError) else text.strip()
        return Raised("SyntaxError", problem.msg, problem.lineno, code)
    frames = _frames(problem)
    line, code = next(((n, code) for file, n, code in reversed(frames) if file == path), (None, ""))
    if line is None:
        looks = (grader_path, observers.__file__)
        code = next((code for file, _, code in reversed(frames) if file in looks), "")
    elif frames[-1] == (path, line, code) and _is_todo(code):
        return Raised("Todo", "", line, code)
    return Raised(_type(problem, meant), _message(problem), line, code)


def _settings() -> dict[str, object]:
    """What a file may set for all of torch when it is loaded, and what that is called."""
    return {
        "torch.set_default_dtype": torch.get_default_dtype(),
        "torch.set_default_device": torch.get_default_device(),
        "torch.set_grad_enabled": torch.is_grad_enabled(),
        "torch.autograd.set_detect_anomaly": torch.is_anomaly_enabled(),
    }


def _observe_all(job: Job, answer: Answer, watch: Watch, undone: Sequence[str] = ()) -> Report:
    report = Report()
    job.printed()
    told = "".join(f"{name} in your file is undone before it is called\n" for name in undone)
    for drawn in job.drawn:
        with undisturbed() as warned, watch:
            seen = observe(job.grader, answer, drawn, job.path)
            report.observations[drawn.key] = seen
            lines = dict.fromkeys(f"{w.category.__name__}: {w.message}" for w in warned)
            report.printed[drawn.key] = told + job.printed() + "\n".join([*lines][:3])
        if job.until(drawn, seen):
            break
    report.forbidden.extend(watch.seen)
    return report


def _origins(job: Job, answer: Answer, report: Report) -> dict[tuple[str, int], list[Origin]]:
    """What made the first nan or inf of some cases, where time is left to look."""
    first = [drawn for drawn in job.drawn if drawn.seed == job.drawn[0].seed]
    seen = report.observations
    chosen = [
        *(drawn for drawn in first if shows(seen[drawn.key], "nan")),
        *(drawn for drawn in first if shows(seen[drawn.key], "inf")),
    ]
    found = {}
    with contextlib.suppress(TimeLimit, GraderError):
        for drawn in list({one.key: one for one in chosen}.values())[:_LOOKED_INTO]:
            with looking(job.path) as lookout:
                again = draw_case(job.grader, drawn.case, drawn.seed, drawn.device)
                observe(job.grader, answer, again, job.path)
            found[drawn.key] = lookout.found
    job.printed()
    return found


def _named(observation: Any) -> Any:
    """A lone value is an observation of one name."""
    return observation if isinstance(observation, dict) else {"result": observation}


def _frames(problem: BaseException) -> list[tuple[str, int, str]]:
    """(file, line, text) of each step from the engine to where it was raised."""
    steps = lines_of(problem)
    return [(path, line, linecache.getline(path, line).strip()) for path, line in steps]


def _is_todo(code: str) -> bool:
    """Whether a line is the one that a stub has, in Python's short form or nbgrader's."""
    return code.partition("#")[0].strip() in (TODO, f"{TODO}()")


def _type(problem: BaseException, meant: type[Exception] | None) -> str:
    """The name of an exception's class; torch has none of its own for a lack of memory.

    A class that the answer derives from what is meant counts as that.
    """
    if meant and isinstance(problem, meant) and type(problem).__module__ == MODULE:
        return meant.__name__
    message = _message(problem)
    if isinstance(problem, RuntimeError) and "allocate memory" in message:
        return "MemoryError"
    return type(problem).__name__


def _message(problem: BaseException) -> str:
    try:
        text = str(problem.args[0]) if isinstance(problem, KeyError) else str(problem)
    except Exception:
        # A learner's own exception may fail to say what it is.
        return ""
    text = re.sub(r"0x[0-9a-f]+", "0x...", text[:_LONGEST_MESSAGE])
    # torch writes some messages in colour, and over many lines.
    text = " ".join(re.sub(r"\x1b\[[0-9;]*m", "", text).split())
    return text.encode("utf-8", "backslashreplace").decode()
