"""Practice: answers run in this very process, beside the reference. Quick, debuggable, no grade."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from types import FrameType, TracebackType

import torch

from torchkata.course.course import Exercise
from torchkata.course.grader import Answer, Edit, GraderError
from torchkata.course.loading import load_answer
from torchkata.course.source import digest_or_none
from torchkata.judging.judge import Observations, Report, Result, judge
from torchkata.judging.observation import Plain, Raised
from torchkata.judging.relations import Sizes
from torchkata.running import recording as recordings
from torchkata.running.arguments import Drawn, draw, seed_for_observing, sizes
from torchkata.running.files import File
from torchkata.running.isolation import undisturbed, workplace
from torchkata.running.recording import Recording
from torchkata.running.runner import Job, observe, respond

SEEDS = (0,)


def examine(
    exercise: Exercise,
    file: File,
    seeds: Sequence[int] = SEEDS,
    device: str = "cpu",
    printed: Callable[[], str] = str,
) -> Result:
    """Judge a learner's file in this process.

    Args:
        exercise: what the file answers.
        file: what was found where the answer should lie.
        seeds: what the arguments are drawn from.
        device: where they go: cpu, cuda or mps.
        printed: returns what was printed since it was last called.

    Raises:
        GraderError: the course, not the answer, is at fault.
    """
    if exercise.packed:
        # What a pack knows was seen on the CPU.
        device = "cpu"
    result = _examine(exercise, file, seeds, device, printed)
    if result.verdict == "wrong" and device != "cpu":
        on_cpu = _examine(exercise, file, seeds, "cpu", printed)
        if on_cpu.verdict == "passed":
            return replace(on_cpu, note=device)
    return result


def _examine(
    exercise: Exercise,
    file: File,
    seeds: Sequence[int],
    device: str,
    printed: Callable[[], str],
) -> Result:
    # First, so that a course at fault is told before anything of the learner's runs.
    reference_observations(exercise, tuple(seeds), device)
    report = file.report
    if report is None:
        with workplace():
            drawn = draw(exercise.grader, seeds, device)
            stub = digest_or_none(exercise.stub) or ""
            job = Job(exercise.name, file.path, exercise.grader, drawn, stub, printed=printed)
            report = respond(job, file.text)
    return judge_against(exercise, report, tuple(seeds), device)


def judge_against(
    exercise: Exercise,
    report: Report,
    seeds: tuple[int, ...],
    device: str = "cpu",
    void: frozenset[str] = frozenset(),
) -> Result:
    """Judge what an answer did against what the course's own answers do here, in this process.

    Args:
        exercise: what it answers.
        report: what came back.
        seeds: what the arguments were drawn from.
        device: where they were.
        void: cases that count for nobody, and are not looked at.
    """

    def sizes_here() -> Sizes:
        with workplace(), undisturbed():
            return sizes(exercise.grader, draw(exercise.grader, seeds, device))

    expected = reference_observations(exercise, seeds, device)
    result = judge(
        exercise.id,
        exercise.grader,
        replace(report, observations=_counting(report.observations, void)),
        _counting(expected, void),
        lambda: mistakes(exercise, seeds, device),
        sizes_here,
    )
    cases = {case: verdict for case, verdict in result.cases.items() if case not in void}
    return replace(result, cases=cases)


def _counting(seen: Observations, void: frozenset[str]) -> dict[tuple[str, int], Plain]:
    return {key: value for key, value in seen.items() if key[0] not in void}


@lru_cache(maxsize=256)
def recording_of(exercise: Exercise, seeds: tuple[int, ...], device: str) -> Recording:
    """What a pack knows of an exercise, once it is sure that the same arguments are drawn here.

    Raises:
        GraderError: they are not, or it knows nothing of these seeds or this device.
    """
    recording = recordings.read(exercise)
    if not set(seeds) <= set(recording.seeds) or device != "cpu":
        known = ", ".join(map(str, recording.seeds))
        raise GraderError(f"this pack knows the seeds {known} on the CPU, and no others")
    with workplace(), undisturbed():
        drawn = draw(exercise.grader, seeds, device)
    recordings.check_drawn(exercise, recording, drawn)
    for name, text in recording.texts.items():
        exercise.grader.misconceptions.setdefault(name, Edit(name, text, "", "", 0))
    return recording


@lru_cache(maxsize=256)
def reference_observations(
    exercise: Exercise, seeds: tuple[int, ...], device: str = "cpu"
) -> Observations:
    """What the reference does in every case.

    Raises:
        GraderError: it fails in a case, or does not fail where the case says so.
    """
    if exercise.packed:
        return _of(seeds, recording_of(exercise, seeds, device).expected)
    observations = observe_known(exercise, exercise.reference(), seeds, device)
    for (name, _seed), seen in observations.items():
        _check_reference(exercise, name, seen)
    return observations


@lru_cache(maxsize=64)
def mistakes(
    exercise: Exercise, seeds: tuple[int, ...], device: str = "cpu"
) -> Iterable[tuple[str, Observations]]:
    """What each misconception does in every case: each is run once, when it is first asked for."""
    if exercise.packed:
        known = recording_of(exercise, seeds, device).mistakes
        return [(name, _of(seeds, seen)) for name, seen in known.items()]
    return _Remembered(
        (name, observe_known(exercise, answer, seeds, device))
        for name, answer in exercise.wrong_answers()
    )


class _Remembered(Iterable[tuple[str, Observations]]):
    """What an iterator gives, as often as it is asked for."""

    def __init__(self, source: Iterator[tuple[str, Observations]]) -> None:
        self._source = source
        self._given: list[tuple[str, Observations]] = []

    def __iter__(self) -> Iterator[tuple[str, Observations]]:
        yield from list(self._given)
        for one in self._source:
            self._given.append(one)
            yield one


def observe_known(
    exercise: Exercise, answer: Answer, seeds: Sequence[int], device: str = "cpu"
) -> dict[tuple[str, int], Plain]:
    """Observe an answer of the course's own in every case."""
    observations = {}
    with workplace(), undisturbed():
        for drawn in draw(exercise.grader, seeds, device):
            with undisturbed():
                observations[drawn.key] = observe(exercise.grader, answer, drawn)
    return observations


def last_frame(exercise: Exercise, file: File, drawn: Drawn) -> TracebackType | None:
    """Where a debugger should land: in the learner's code, where it raised or where it returned.

    Runs the answer once more, on one case's arguments.
    """
    returned: list[FrameType] = []

    def keep(frame: FrameType, event: str, _: object) -> None:
        if event == "return" and frame.f_code.co_filename == file.path:
            returned[:] = [frame]

    with workplace(), undisturbed():
        try:
            answer = load_answer(file.text, file.path, exercise.name)
            seed_for_observing(drawn)
            sys.setprofile(keep)
            exercise.grader.look(answer, *drawn.arguments)
        except KeyboardInterrupt:
            raise
        except BaseException as problem:
            # exit() too: the debugger then lands where it was called.
            step = problem.__traceback__
            while step is not None and step.tb_frame.f_code.co_filename != file.path:
                step = step.tb_next
            if step is not None:
                return step
        finally:
            sys.setprofile(None)
    frame = returned[0] if returned else None
    return frame and TracebackType(None, frame, frame.f_lasti, frame.f_lineno)


def pick_device(wanted: str) -> str:
    """The device a run uses: `auto` takes what is there.

    Raises:
        ValueError: a device that is not there, or that we do not know.
    """
    there = {
        "cpu": True,
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
    }
    if wanted == "auto":
        return next(device for device in ("cuda", "mps", "cpu") if there[device])
    if not there.get(wanted):
        known = ", ".join(device for device, here in there.items() if here)
        raise ValueError(f"there is no device {wanted!r} here; this machine has: auto, {known}")
    return wanted


def _of(seeds: tuple[int, ...], seen: Observations) -> Observations:
    return {key: value for key, value in seen.items() if key[1] in seeds}


def _check_reference(exercise: Exercise, name: str, seen: Plain) -> None:
    case = exercise.grader.cases[name]
    where = f"{exercise.grader_path}:{case.line}: case {name!r}"
    got = seen.type if isinstance(seen, Raised) else None
    wanted = case.raises.__name__ if case.raises else None
    if got == wanted:
        return
    if isinstance(seen, Raised) and wanted is None:
        raise GraderError(
            f"{where}: the reference fails with {seen.type}: {seen.message}; mend one of the two, "
            f"or say @grader.case(raises={seen.type})"
        )
    raise GraderError(f"{where}: the reference should raise {wanted} and raises {got}")
