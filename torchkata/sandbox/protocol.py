"""What crosses the walls: a request inwards, a report outwards, both as data."""

from __future__ import annotations

import msgspec

from torchkata.judging.codec import BadFrame, decode, encode
from torchkata.judging.judge import Report
from torchkata.judging.observation import Origin, Raised

# Written by the locked process before it reads the submission: what follows is the submission's.
READY = b"ready\n"

# More forbidden calls than these tell nobody more.
_FLAGS = 5
_MOST_LINES = 10**6


class Request(msgspec.Struct):
    """All that the inside learns: never an expected value, a misconception, points or who it was.

    Attributes:
        exercise: its id.
        grader: the cut grader's text.
        stub: the digest of the stub's syntax tree.
        seeds: what the arguments are drawn from.
        packages: what the answer may import.
        device: where the arguments go: cpu or cuda.
        name: what the answer is called, in the reference's spelling.
        kind: whether that is a function or a class.
        part: the digest of what would be handed in of the stub, if it were a notebook's cell.
        remarks: {remark: the patterns that are looked for in the answer's text}.
        data: {name of a file that the case or the answer may read: what it holds}.
    """

    exercise: str
    grader: str
    stub: str
    seeds: list[int]
    packages: list[str]
    device: str = "cpu"
    name: str = ""
    kind: str = ""
    part: str = ""
    remarks: dict[str, list[str]] = {}
    data: dict[str, bytes] = {}


class Settings(msgspec.Struct):
    """What the waiting process is told once.

    Attributes:
        program: the seccomp program of the inner wall, in hexadecimal.
        readable: the folders a locked process may read.
        folder: the one it may write in, emptied after each.
        planted: a file that it must not be able to read.
        behind_outer_wall: whether the folder is a file system of its own.
        counted_alone: whether the kernel counts the threads of this user's answers alone.
        devices: the files of a GPU that a locked process may use; none on the CPU.
        abi: the version of Landlock that a locked process uses; 0 for none.
        around: paths of the host, none of which may be there; empty where the whole host is.
    """

    program: str
    readable: list[str]
    folder: str
    planted: str
    behind_outer_wall: bool
    counted_alone: bool
    devices: list[str]
    abi: int
    around: list[str]


class Order(msgspec.Struct):
    """Ask the waiting process for one locked process; the pipes come with it."""

    seconds: float


class Status(msgspec.Struct):
    """How a locked process ended.

    Attributes:
        signal: what ended it; 0 if nothing did.
        late: whether its time was up.
        clean: whether nothing of it is left behind.
        stopped: what it took too much of, if it was ended for that.
    """

    signal: int
    late: bool
    clean: bool
    stopped: str = ""


def parts(request: Request, text: str) -> bytes:
    """A request and then a submission, each behind its length in 8 bytes."""
    both = msgspec.json.encode(request), text.encode()
    return b"".join(len(part).to_bytes(8, "big") + part for part in both)


def pack(report: Report) -> bytes:
    """A report as a frame."""
    cases = [
        (case, seed, value, report.printed.get((case, seed), ""))
        for (case, seed), value in report.observations.items()
    ]
    forbidden = [tuple(call) for call in report.forbidden]
    origins = [
        (*key, *msgspec.structs.astuple(origin))
        for key, both in report.origins.items()
        for origin in both
    ]
    found = {"forbidden": forbidden, "written": report.written, "origins": origins}
    found["without_return"] = report.without_return
    return encode({"trouble": report.trouble, "cases": cases, **found})


def _line(number: object) -> int:
    if type(number) is not int or not 0 < number < _MOST_LINES:
        raise ValueError(f"no line {number!r:.50}")
    return number


def _origin(kind: object, line: object, code: object, backward: object) -> Origin:
    if kind not in ("nan", "inf") or type(code) is not str:
        raise ValueError("neither nan nor inf")
    return Origin(str(kind), _line(line), code, bool(backward))


def unpack(frame: bytes, wanted: set[tuple[str, int]]) -> Report:
    """Read a frame that may be forged: nothing in it is believed but as what an answer showed.

    Args:
        frame: the bytes.
        wanted: the (case, seed) pairs that must be there, no more and no less.

    Raises:
        BadFrame: it is not such a report.
    """
    value = decode(frame)
    try:
        assert isinstance(value, dict)
        trouble = value["trouble"]
        if not isinstance(trouble, Raised):
            trouble = None
        elif trouble.type != "Todo" or not value["cases"]:
            return Report(trouble)
        if len(value["cases"]) != len(wanted):
            raise ValueError("not the cases that were asked for")
        forbidden = value["forbidden"][:_FLAGS]
        flags = [(_line(line), str(name)) for line, name in forbidden]
        written, without = [*map(str, value["written"])], str(value["without_return"])
        report = Report(trouble, forbidden=flags, written=written, without_return=without)
        for case, seed, seen, printed in value["cases"]:
            if (type(case), type(seed), type(printed)) != (str, int, str):
                raise ValueError("no case")
            report.observations[case, seed] = seen
            report.printed[case, seed] = printed
        assert report.observations.keys() == wanted
        for case, seed, *origin in value["origins"][: 2 * len(wanted)]:
            report.origins.setdefault((case, seed), []).append(_origin(*origin))
    except Exception as problem:
        raise BadFrame(f"not a report: {problem!r}") from None
    return report
