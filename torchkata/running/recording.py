"""What a pack knows of an exercise instead of its answers: what they showed, on the public seeds.

A recording is a frame of `torchkata.judging.codec` with the arguments as they were drawn, the
reference's observations, and each misconception's, with its sentence. No code of an answer is in
it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch

from torchkata.course.course import Exercise
from torchkata.course.grader import GraderError
from torchkata.judging.codec import OF_A_PACK, BadFrame, decode, encode
from torchkata.judging.comparison import agree
from torchkata.judging.judge import Observations
from torchkata.judging.observation import Plain, Raised, plain
from torchkata.running.arguments import Drawn, parts_of
from torchkata.running.recorded_pairs import RecordedPairs

# Between processors, drawn numbers differ by up to 4e-7.
_SAME = (1e-5, 1e-5)
_FORMAT = "torchkata/recording/2"
# Without pairs and ideas.
_OLDER = ("torchkata/recording/1",)


@dataclass(frozen=True)
class Recording:
    """What was observed when a pack was made.

    Attributes:
        drawn: {(case, seed): the arguments, as far as they are numbers}.
        expected: the reference's observations.
        mistakes: {misconception: its observations}; of a family the first member has its name, and
            the others have `name#2`, `name#3`, ...
        texts: {misconception: its sentence}.
        pairs: two misconceptions at once, as `recorded_pairs.fitting` gave them.
        ideas: {misconception: the id of what is misunderstood}, of those that have one.
        remarks: {remark: (its sentence, its patterns)}.
        more: {misconception: its further sentences}, of those that have some.
    """

    drawn: dict[tuple[str, int], Plain]
    expected: Observations
    mistakes: Mapping[str, Observations]
    texts: dict[str, str]
    pairs: bytes = b""
    ideas: dict[str, str] = field(default_factory=dict)
    remarks: Mapping[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    more: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def named_mistakes(self) -> Iterator[tuple[str, Observations]]:
        """The misconceptions by their own names, a family once for each member."""
        for key, seen in self.mistakes.items():
            yield key if key in self.texts else key.rpartition("#")[0], seen

    @property
    def seeds(self) -> list[int]:
        """The seeds it knows, which are public."""
        return sorted({seed for _, seed in self.expected})


def numbered(
    mistakes: Iterable[tuple[str, Observations]],
) -> dict[str, Observations]:
    """The observations of misconceptions under keys of their own (see `Recording.mistakes`)."""
    found: dict[str, Observations] = {}
    counts: Counter[str] = Counter()
    for name, seen in mistakes:
        counts[name] += 1
        found[name if counts[name] == 1 else f"{name}#{counts[name]}"] = seen
    return found


def to_bytes(recording: Recording) -> bytes:
    """A recording as a frame, the same bytes for the same observations."""
    return encode(
        {
            "format": _FORMAT,
            "drawn": listed(recording.drawn),
            "expected": listed(recording.expected),
            "mistakes": {name: listed(seen) for name, seen in recording.mistakes.items()},
            "texts": dict(recording.texts),
            "pairs": torch.tensor(list(recording.pairs), dtype=torch.uint8),
            "ideas": dict(recording.ideas),
            "remarks": dict(recording.remarks),
            "more": dict(recording.more),
        }
    )


def read(exercise: Exercise) -> Recording:
    """The recording of an exercise of a pack.

    Raises:
        GraderError: it cannot be read, or is of another version.
    """
    path = exercise.recorded_path
    try:
        value: Any = decode(path.read_bytes(), OF_A_PACK)
        if value["format"] not in (_FORMAT, *_OLDER):
            raise GraderError(
                f"{path} is of format {value['format']}; this version reads {_FORMAT}: "
                "install the versions in requirements.txt"
            )
        return Recording(
            _mapped(value["drawn"]),
            _mapped(value["expected"]),
            {name: _mapped(seen) for name, seen in value["mistakes"].items()},
            value["texts"],
            bytes(value["pairs"].numpy()) if "pairs" in value else b"",
            value.get("ideas", {}),
            value.get("remarks", {}),
            value.get("more", {}),
        )
    except (OSError, BadFrame, KeyError, TypeError, ValueError) as problem:
        raise GraderError(f"{path} cannot be read: {problem}; take the pack again") from None


def known_pairs(recording: Recording) -> RecordedPairs:
    """What two misconceptions at once showed, as far as the recording has it."""
    return RecordedPairs(recording.pairs, _mapped)


def listed(observations: Mapping[tuple[str, int], Plain]) -> list[Plain]:
    """Observations as they are written down: cases in order, and no line of an answer."""
    return [(case, seed, _without_code(seen)) for (case, seed), seen in observations.items()]


def visible(drawn: Iterable[Drawn]) -> dict[tuple[str, int], Plain]:
    """The numbers among arguments: tensors, states of models, and what lists of them hold."""
    return {one.key: [_numbers(argument) for argument in one.arguments] for one in drawn}


def check_drawn(exercise: Exercise, recording: Recording, drawn: Iterable[Drawn]) -> None:
    """Raise GraderError where this machine's torch draws other numbers than the pack's did."""
    for key, seen in visible(drawn).items():
        everything = {"arguments": seen}
        known = {"arguments": recording.drawn.get(key)}
        if not agree(known, everything, {"arguments": _SAME}):
            raise GraderError(
                f"{exercise.id}, {key[0]}: your torch ({torch.__version__}) draws other numbers "
                "than the one that this pack was made with, so nothing can be said of your answer; "
                "install that one: pip install -r requirements.txt -c constraints.txt"
            )


def _numbers(value: Any) -> Plain:
    if isinstance(value, torch.nn.Module):
        state = {name: plain(tensor) for name, tensor in value.state_dict().items()}
        return dict(sorted(state.items()))
    if isinstance(value, (torch.Tensor, bool, int, float, str)):
        return plain(value)
    return [_numbers(inner) for inner in parts_of(value)]


def _without_code(seen: Plain) -> Plain:
    """An exception by its type and message: the line that raised it is one of an answer's."""
    return Raised(seen.type, seen.message) if isinstance(seen, Raised) else seen


def _mapped(listed: list[Any]) -> dict[tuple[str, int], Plain]:
    return {(str(case), int(seed)): seen for case, seed, seen in listed}
