"""This side of the walls: whatever comes back is what an answer showed, and is never believed."""

import os
import socket
import threading
import time
from pathlib import Path

import pytest

from torchkata.grading import batch
from torchkata.grading.grading_run import Terms
from torchkata.grading.submission import find_all
from torchkata.judging.codec import MAX_BYTES, BadFrame, encode
from torchkata.judging.judge import Report
from torchkata.judging.observation import Foreign, Raised
from torchkata.running.captured import Prints
from torchkata.running.known_answers import judge_against
from torchkata.sandbox import backends, bubblewrap
from torchkata.sandbox.channel import Conversation, Failure
from torchkata.sandbox.one_shot import read_part, write
from torchkata.sandbox.protocol import READY, Status, pack, unpack
from torchkata.text.explanations import render

from open_walls import Open, saying

RIGHT = "def half(x):\n    return x / 2\n"
WANTED = {("row", 1), ("table", 1)}


def report(**changes):
    """A report as data, with some of it changed."""
    cases = [(case, seed, {"x": 0.5}, "printed") for case, seed in sorted(WANTED)]
    told = {"forbidden": [(3, "torch.div")], "written": ["with_a_loop"]}
    told |= {"origins": [("row", 1, "nan", 3, "x / 0", False)], "without_return": "half"}
    return {"trouble": None, "cases": cases, **told} | changes


def test_a_report_comes_back_as_it_went():
    """Its observations, what was printed, its flags, its remarks, and where nan came from."""
    back = unpack(encode(report()), WANTED)
    assert back.observations == {key: {"x": 0.5} for key in WANTED}
    assert back.printed == dict.fromkeys(WANTED, "printed")
    assert back.forbidden == [(3, "torch.div")]
    assert back.written == ["with_a_loop"]
    ((origin,),) = back.origins.values()
    assert (origin.line, origin.code) == (3, "x / 0")
    assert unpack(pack(back), WANTED) == back


def test_trouble_comes_back_alone():
    """Where no case was observed there is nothing else to be believed."""
    trouble = Raised("SyntaxError", "no", 3, "half(")
    assert unpack(encode(report(trouble=trouble)), WANTED) == Report(trouble)


FORGED = {
    "no report": 5,
    "nothing in it": {},
    "no case": report(cases=[]),
    "a case less": report(cases=report()["cases"][:1]),
    "a case more": report(cases=[*report()["cases"], ("large", 1, 0.5, "")]),
    "another seed": report(cases=[("row", 2, 0.5, ""), ("table", 1, 0.5, "")]),
    "a case of three parts": report(cases=[("row", 1, 0.5), ("table", 1, 0.5)]),
    "a line before the first": report(forbidden=[(0, "torch.div")]),
    "a line after the last": report(forbidden=[(10**6, "torch.div")]),
    "a line that is no number": report(forbidden=[("3", "torch.div")]),
    "a line that is true": report(forbidden=[(True, "torch.div")]),
    "flags that are none": report(forbidden=None),
    "remarks that are none": report(written=None),
    "an origin of three parts": report(origins=[("row", 1, "nan")]),
    "an origin of neither nan nor inf": report(origins=[("row", 1, "0", 3, "x", False)]),
    "an origin in a line before the first": report(origins=[("row", 1, "nan", 0, "x", False)]),
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=list(FORGED))
def test_a_forged_report_is_none(forged):
    """It has the cases that were asked for, no more and no less, and flags with lines."""
    with pytest.raises(BadFrame):
        unpack(encode(forged), WANTED)


def test_flags_are_few():
    """More of them tell nobody more."""
    many = [(line, "torch.div") for line in range(1, 1000)]
    assert len(unpack(encode(report(forbidden=many)), WANTED).forbidden) == 5


def test_what_is_said_in_a_flag_is_a_call_that_is_forbidden(half):
    """A teacher is told of nothing that the grader does not ask for."""
    cases = [(case, 1, {"half": 1.0}, "") for case in half.grader.cases]
    frame = encode(report(cases=cases, forbidden=[(1, "torch.div"), (2, "look at my website")]))
    assert saying(READY + frame).respond(half, RIGHT, [1]).forbidden == [(1, "torch.div")]


def test_an_answer_is_observed_in_the_cases_and_seeds_that_were_asked_for(half):
    """A report about other seeds is forged."""
    told = Open().respond(half, RIGHT, [1, 2])
    assert told.trouble is None
    assert len(told.observations) == 6
    frame = READY + pack(told)
    assert saying(frame).respond(half, RIGHT, [1, 2]).trouble is None
    assert saying(frame).respond(half, RIGHT, [1]).trouble.type == "Crashed"


@pytest.mark.parametrize("frame", [b"", b"KATA1\n", b"passed", encode({"verdict": "passed"})])
def test_what_is_no_report_is_a_crash(half, frame):
    """With the signal that ended it, if one did; never a pass, and no failure of ours."""
    assert saying(READY + frame).respond(half, RIGHT, [1]).trouble == Raised("Crashed", "")
    killed = saying(READY + frame, signal=9).respond(half, RIGHT, [1])
    assert killed.trouble == Raised("Crashed", "SIGKILL")


def test_what_took_too_much_was_stopped(half, golden):
    """Which is told in words; whatever it had written by then."""
    whole = READY + pack(Open().respond(half, RIGHT, [1]))
    stopped = saying(whole, signal=9, stopped="it had more than 64 threads")
    report = stopped.respond(half, RIGHT, [1])
    assert report.trouble == Raised("Crashed", "it had more than 64 threads")
    golden("stopped", render(judge_against(half, report, (1,)), half.grader) + "\n")


def test_what_is_late_is_late(half):
    """Whatever it has written by then."""
    whole = READY + pack(Open().respond(half, RIGHT, [1]))
    assert saying(whole).respond(half, RIGHT, [1]).trouble is None
    late = saying(whole, late=True).respond(half, RIGHT, [1])
    assert late.trouble == Raised("TimeLimit", "")


@pytest.mark.parametrize("said", [b"", b"PermissionError(...)", pack(Report())])
def test_what_fails_before_an_answer_is_read_is_our_fault(half, said):
    """Only behind the word that the walls are up is anything the answer's."""
    with pytest.raises(Failure, match="no process that is ready"):
        saying(said).respond(half, RIGHT, [1])


def test_the_inside_learns_no_more_than_it_needs(half):
    """The cut grader, the stub's digest and the seeds: nothing of an answer, and no points."""
    asked = []

    class Asked(Open):
        def _ask(self, request, text, seconds):
            asked.append((request, text, seconds))
            return super()._ask(request, text, seconds)

    Asked().respond(half, RIGHT, [1, 2])
    ((request, text, seconds),) = asked
    assert (request.exercise, request.seeds, text) == (half.id, [1, 2], RIGHT)
    assert request.grader == half.cut_grader
    assert "misconception" not in request.grader
    assert half.name not in request.stub
    assert seconds == 2 * half.grader.timeout


def test_a_course_that_answers_could_read_is_refused(half):
    """Be it in a folder that the walls let be read, or deep in one; beside it is no matter."""

    class Reading(Open):
        folder = half.course.root

        @classmethod
        def readable(cls):
            return [str(cls.folder)]

    for folder in (half.course.root, half.course.root.parents[1]):
        Reading.folder = folder
        with pytest.raises(backends.NoWalls, match="which answers can read; move it"):
            Reading().respond(half, RIGHT, [1])
    Reading.folder = half.course.root / "exercises"
    assert Reading().respond(half, RIGHT, [1]).trouble is None


def test_reads_other_submissions(elsewhere):
    """Where answers could read what a run reads or writes, nothing is graded, and it says so."""
    root = elsewhere.root

    class Reading(Open):
        @classmethod
        def readable(cls):
            return [str(root / "seen")]

    for name in ("seen", "hidden"):
        (root / name / "ann").mkdir(parents=True)
        (root / name / "ann" / "half.py").write_text(RIGHT)
    (root / "link").symlink_to("seen")
    terms = Terms((1,), Reading)
    (hidden,) = find_all(elsewhere, [root / "hidden"])
    assert [done.record.points for done in batch.run([hidden], terms, root / "out")] == [1]
    (seen,) = find_all(elsewhere, [root / "link"])
    for one, out in ((seen, None), (hidden, root / "seen" / "out"), (hidden, root / "link")):
        with pytest.raises(backends.NoWalls, match=r"is in .*seen, which answers can read; move"):
            list(batch.run([one], terms, out))
    assert not (root / "seen" / "out").exists()


@pytest.mark.parametrize("kind", [backends.Sandbox, backends.Landlocked])
def test_what_answers_may_read_is_known_before_they_run(kind):
    """Python's folders, the packages' and the engine's; nothing of it holds anything of a class."""
    found = kind.readable()
    assert {"/usr", *bubblewrap.packages()} < {*found}
    assert any(folder.endswith("torchkata") for folder in found)
    for folder in found:
        with pytest.raises(backends.NoWalls, match="which answers can read; move it"):
            kind.keep_apart([Path(folder, "deep", "in", "it")])


@pytest.fixture
def conversation():
    """A conversation with a waiting process and a locked one that are this test: their ends."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    request, result = os.pipe(), os.pipe()
    talk = Conversation(ours, request[1], result[0], b"the request")
    yield talk, theirs, request[0], result[1]
    for end in (ours, theirs):
        end.close()
    os.close(request[0])


def ended(control, signal=0, late=False):
    """Have the waiting process say how the locked one has ended."""
    status = f'{{"signal": {signal}, "late": {str(late).lower()}, "clean": true}}'
    control.send(status.encode())


def test_a_conversation_gives_what_was_written_and_how_it_ended(conversation):
    """All of it, also what was written last."""
    talk, control, _, result = conversation
    os.write(result, READY + b"a frame")
    os.close(result)
    ended(control, signal=9)
    assert talk.until(time.monotonic() + 60) == (READY + b"a frame", Status(9, False, True))


def test_no_more_is_taken_than_a_frame_may_hold(conversation):
    """However much an answer writes: the rest is read, so that nothing waits, and thrown away."""
    talk, control, _, result = conversation

    def flood():
        for _ in range(2 * MAX_BYTES // 65536):
            os.write(result, bytes(65536))
        os.close(result)
        ended(control)

    writer = threading.Thread(target=flood)
    writer.start()
    received, _ = talk.until(time.monotonic() + 60)
    writer.join()
    assert MAX_BYTES < len(received) <= MAX_BYTES + len(READY) + 65536


@pytest.mark.parametrize(
    ("said", "why"), [(b"", "died"), (b"nonsense", "nonsense"), (b'{"signal": 0}', "nonsense")]
)
def test_a_waiting_process_that_is_gone_or_talks_nonsense_is_our_fault(conversation, said, why):
    """An answer that got at it got no pass for it."""
    talk, control, _, result = conversation
    os.write(result, READY + b"a frame")
    os.close(result)
    if said:
        control.send(said)
    else:
        control.close()
    with pytest.raises(Failure, match=why):
        talk.until(time.monotonic() + 60)


def test_a_waiting_process_that_says_nothing_is_not_waited_for(conversation):
    """Beyond the deadline."""
    talk, _, _, result = conversation
    os.close(result)
    with pytest.raises(Failure, match="does not answer"):
        talk.until(0.0)


SEEN = {"paths": [], "interfaces": ["lo"], "environment": ["HOME", "OMP_NUM_THREADS"]}


@pytest.mark.parametrize(
    ("where", "what"),
    [("paths", "/home"), ("paths", "/proc/self"), ("interfaces", "eth0"), ("environment", "TOKEN")],
)
def test_an_outer_wall_that_shows_too_much_is_found(where, what):
    """A folder of the host's, its network, or anything of its environment."""
    assert bubblewrap.strange(SEEN) == set()
    assert bubblewrap.strange(SEEN | {where: [*SEEN[where], what]}) == {what}


def test_what_is_printed_is_kept_up_to_a_size():
    """The beginning of it, over all cases together."""
    prints = Prints()
    prints.write("first")
    assert (prints.since(), prints.since()) == ("first", "")
    for _ in range(100):
        assert prints.write("x" * 1000) == 1000
    assert len(prints.since()) == 64 * 1024 - len("first")
    prints.write("more")
    assert prints.since() == ""


def test_a_part_of_a_request_is_read_whole_or_not_at_all():
    """One that ends too early is no shorter one."""
    for sent, whole in (((3).to_bytes(8, "big") + b"abc", True), ((9).to_bytes(8, "big"), False)):
        reading, writing = os.pipe()
        write(sent, writing)
        os.close(writing)
        if whole:
            assert read_part(reading) == b"abc"
        else:
            with pytest.raises(EOFError):
                read_part(reading)
        os.close(reading)


def test_what_cannot_be_compared_crosses_by_name():
    """And an exception with its line."""
    seen = {("row", 1): Foreign("a set"), ("table", 1): Raised("ValueError", "no", 3, "raise")}
    assert unpack(pack(Report(observations=seen)), WANTED).observations == seen
