"""Two mistakes at once in a pack: what they showed, packed so tightly that hundreds fit.

Pairs repeat each other in most of what they show, so all of them are compressed together: each is a
frame of `torchkata.judging.codec`, behind its length (8 bytes, little endian).
"""

from __future__ import annotations

import bisect
import lzma
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from torchkata.judging.codec import OF_A_PACK, BadFrame, decode, encode
from torchkata.judging.judge import Key, Observations
from torchkata.judging.observation import Plain

# Of one exercise, compressed; and as they are written down.
MOST_BYTES = 200_000
_MOST_UNPACKED = 64 * 2**20

_LENGTH = 8
# After how many pairs it is first looked at whether they fit.
_FIRST = 16

Listed = list[Plain]


def fitting(pairs: Iterable[tuple[tuple[str, str], Listed]]) -> tuple[bytes, bool]:
    """Pack as many pairs as there is room for, the first ones first.

    Args:
        pairs: (names, what they show in each case), asked for no further than they may fit.

    Returns:
        The bytes, and whether all pairs are in them.
    """
    frames: list[bytes] = []
    good, check = 0, _FIRST
    for names, seen in pairs:
        frames.append(encode([*names, seen]))
        if len(frames) == check:
            if not _fits(frames):
                break
            good, check = check, 2 * check
    every = _fits(frames)
    if not every:
        counts = range(good + 1, len(frames))
        good += bisect.bisect(counts, False, key=lambda count: not _fits(frames[:count]))
        frames = frames[:good]
    return (_packed(frames) if frames else b""), every


class RecordedPairs:
    """The pairs that a pack knows, read where they are asked for.

    Args:
        packed: what `fitting` gave.
        mapped: makes observations of what was listed.
    """

    def __init__(self, packed: bytes, mapped: Callable[[Any], Observations]) -> None:
        self._packed, self._mapped = packed, mapped
        self._known: list[tuple[tuple[str, str], Observations]] | None = None

    def __iter__(self) -> Iterator[tuple[tuple[str, str], Observations]]:
        if self._known is None:
            self._known = list(self._read())
        return iter(self._known)

    def cheapest_first(self, keys: Sequence[Key]) -> list[Key]:
        """As they are: all of them are known."""
        return list(keys)

    def _read(self) -> Iterator[tuple[tuple[str, str], Observations]]:
        data = _unpacked(self._packed)
        while data:
            end = _LENGTH + int.from_bytes(data[:_LENGTH], "little")
            first, second, seen = _frame(data[_LENGTH:end])
            yield (str(first), str(second)), self._mapped(seen)
            data = data[end:]


def _fits(frames: Sequence[bytes]) -> bool:
    whole = sum(map(len, frames)) <= _MOST_UNPACKED // 2
    return whole and len(_packed(frames)) <= MOST_BYTES


def _packed(frames: Sequence[bytes]) -> bytes:
    return lzma.compress(b"".join(len(f).to_bytes(_LENGTH, "little") + f for f in frames))


def _unpacked(packed: bytes) -> memoryview:
    reader = lzma.LZMADecompressor()
    data = reader.decompress(packed, _MOST_UNPACKED) if packed else b""
    if packed and not reader.eof:
        raise BadFrame("too many pairs of mistakes")
    return memoryview(data)


def _frame(data: memoryview) -> Any:
    return decode(bytes(data), OF_A_PACK)
