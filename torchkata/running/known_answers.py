"""What the course's own answers do, observed once, and other answers judged against it."""

from __future__ import annotations

import os
import tempfile
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from torchkata.course.course import Exercise
from torchkata.course.grader import Answer, Edit, GraderError, Remark
from torchkata.judging.judge import KnownPairs, Observations, Report, Result, judge
from torchkata.judging.observation import Plain, Raised
from torchkata.judging.relations import Sizes
from torchkata.running import recording as recordings
from torchkata.running.arguments import draw, draw_case, sizes
from torchkata.running.isolation import discard, undisturbed, workplace
from torchkata.running.known_pairs import pairs_of
from torchkata.running.recording import Recording
from torchkata.running.runner import observe

# Two, in one process, so that what is kept from one call to the next is seen at home, too.
_SEEDS = (0, 1)


def seeds_at_home(exercise: Exercise) -> tuple[int, ...]:
    """What arguments are drawn from in practice: the seeds that a pack knows, else 0 and 1."""
    return tuple(_recording(exercise).seeds) if exercise.packed else _SEEDS


def judge_against(
    exercise: Exercise,
    report: Report,
    seeds: tuple[int, ...],
    device: str = "cpu",
    void: frozenset[str] = frozenset(),
    pairs: bool = True,
) -> Result:
    """Judge what an answer did against what the course's own answers do here, in this process.

    Args:
        exercise: what it answers.
        report: what came back.
        seeds: what the arguments were drawn from.
        device: where they were.
        void: cases that count for nobody, and are not looked at.
        pairs: whether to look for two misconceptions at once where none alone explains it, which
            takes a second or two.
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
        known_pairs(exercise, seeds, device) if pairs else None,
    )
    cases = {case: verdict for case, verdict in result.cases.items() if case not in void}
    return replace(result, cases=cases)


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


def why_unusable(exercise: Exercise, seeds: tuple[int, ...], device: str = "cpu") -> str:
    """What is wrong with an exercise that nothing can be graded by; empty where nothing is."""
    try:
        _ = exercise.facts, exercise.grader, reference_observations(exercise, seeds, device)
    except GraderError as problem:
        return str(problem)
    return ""


@lru_cache(maxsize=64)
def mistakes(
    exercise: Exercise, seeds: tuple[int, ...], device: str = "cpu"
) -> Iterable[tuple[str, Observations]]:
    """What each misconception does in every case, observed once, when it is first asked for.

    A family is there once for each member, under its one name.
    """
    if exercise.packed:
        known = recording_of(exercise, seeds, device).named_mistakes()
        return [(name, _of(seeds, seen)) for name, seen in known]
    return _Remembered(
        (name, _CaseByCase(exercise, answer, seeds, device))
        for name, answer in exercise.wrong_answers()
    )


def known_pairs(exercise: Exercise, seeds: tuple[int, ...], device: str = "cpu") -> KnownPairs:
    """What two misconceptions at once do, observed where it is asked for and then kept."""
    return _recorded_pairs(exercise) if exercise.packed else pairs_of(exercise, device)


@lru_cache(maxsize=256)
def _recorded_pairs(exercise: Exercise) -> KnownPairs:
    return recordings.known_pairs(_recording(exercise))


def forget() -> None:
    """Observe everything again when it is next asked for: a grader or a solution has changed."""
    for known in (
        reference_observations,
        mistakes,
        recording_of,
        _recording,
        _recorded_pairs,
        pairs_of,
    ):
        known.cache_clear()


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


def drawn_numbers(exercise: Exercise, seeds: Sequence[int]) -> dict[tuple[str, int], Plain]:
    """The numbers among the arguments of every case."""
    with workplace(), undisturbed():
        return recordings.visible(draw(exercise.grader, seeds))


@lru_cache(maxsize=256)
def recording_of(exercise: Exercise, seeds: tuple[int, ...], device: str) -> Recording:
    """What a pack knows of an exercise, once it is sure that the same arguments are drawn here.

    Raises:
        GraderError: they are not, or it knows nothing of these seeds or this device.
    """
    recording = _recording(exercise)
    if not set(seeds) <= set(recording.seeds) or device != "cpu":
        known = ", ".join(map(str, recording.seeds))
        raise GraderError(f"this pack knows the seeds {known} on the CPU, and no others")
    with workplace(), undisturbed():
        drawn = draw(exercise.grader, seeds, device)
    recordings.check_drawn(exercise, recording, drawn)
    for name, text in recording.texts.items():
        idea = recording.ideas.get(name, "")
        more = tuple(recording.more.get(name, ()))
        wrong = Edit(name, text, "", "", 0, idea, more=more)
        exercise.grader.misconceptions.setdefault(name, wrong)
    for name, (text, written) in recording.remarks.items():
        exercise.grader.remarks.setdefault(name, Remark(name, text, None, written, 0))
    return recording


@lru_cache(maxsize=256)
def _recording(exercise: Exercise) -> Recording:
    return recordings.read(exercise)


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


class _CaseByCase(Mapping[tuple[str, int], Plain]):
    """What an answer does, observed up to the case that is asked for: most disagree in the first.

    In order and in one folder, since an answer may keep something from one case to the next.
    """

    def __init__(
        self, exercise: Exercise, answer: Answer, seeds: Sequence[int], device: str
    ) -> None:
        self._grader, self._answer, self._device = exercise.grader, answer, device
        self._keys = [(case, seed) for seed in seeds for case in exercise.grader.cases]
        self._seen: dict[tuple[str, int], Plain] = {}
        self._folder = ""

    def __getitem__(self, key: tuple[str, int]) -> Plain:
        for wanted in self._keys[len(self._seen) :]:
            if key in self._seen:
                break
            self._seen[wanted] = self._observed(*wanted)
        return self._seen[key]

    def __iter__(self) -> Iterator[tuple[str, int]]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def _observed(self, case: str, seed: int) -> Plain:
        if not self._folder:
            self._folder = tempfile.mkdtemp(prefix="kata-")
            weakref.finalize(self, _remove, self._folder, os.getpid())
        with workplace(self._folder), undisturbed():
            drawn = draw_case(self._grader, self._grader.cases[case], seed, self._device)
            with undisturbed():
                return observe(self._grader, self._answer, drawn)


def _remove(folder: str, process: int) -> None:
    """Delete a folder, unless this is a fork: it is its parent's."""
    if os.getpid() == process:
        discard(folder)


def _of(seeds: tuple[int, ...], seen: Observations) -> Observations:
    return {key: value for key, value in seen.items() if key[1] in seeds}


def _counting(seen: Observations, void: frozenset[str]) -> dict[tuple[str, int], Plain]:
    return {key: value for key, value in seen.items() if key[0] not in void}


def _check_reference(exercise: Exercise, name: str, seen: Plain) -> None:
    case = exercise.grader.cases[name]
    where = f"{exercise.grader_path}:{case.line}: case {name!r}"
    got = seen.type if isinstance(seen, Raised) else None
    wanted = case.raises.__name__ if case.raises else None
    if got == wanted:
        return
    if isinstance(seen, Raised) and wanted is None:
        raise GraderError(
            f"{where}: the reference fails with {seen.type}: {seen.message}; fix one of the two, "
            f"or say @grader.case(raises={seen.type})"
        )
    raise GraderError(f"{where}: the reference should raise {wanted} and raises {got}")
