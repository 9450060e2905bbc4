"""What crosses the walls is hostile until it has been read."""

import tempfile
from pathlib import Path

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from torchkata.course.source import digest_or_none
from torchkata.grading import records
from torchkata.judging.codec import BadFrame
from torchkata.judging.judge import Report
from torchkata.judging.observation import Foreign, Origin, Raised
from torchkata.running.files import read
from torchkata.sandbox.protocol import Request, pack, parts, unpack

WANTED = {("row", 1), ("table", 1)}

values = st.one_of(
    st.none(),
    st.floats(),
    st.text(max_size=5),
    st.builds(torch.ones, st.just((2, 3))),
    st.just(Foreign("a set")),
    st.builds(Raised, st.text(max_size=5), st.text(max_size=5)),
)
origins = st.builds(
    Origin, st.sampled_from(("nan", "inf")), st.integers(1, 99), st.text(max_size=5), st.booleans()
)
reports = st.builds(
    Report,
    st.none() | st.builds(Raised, st.text(max_size=5), st.text(max_size=5)),
    st.fixed_dictionaries({key: st.dictionaries(st.text(max_size=3), values) for key in WANTED}),
    st.fixed_dictionaries({key: st.text(max_size=5) for key in WANTED}),
    st.lists(st.tuples(st.integers(1, 99), st.text(max_size=5)), max_size=4),
    st.lists(st.text(max_size=5), max_size=2),
    st.dictionaries(st.sampled_from(sorted(WANTED)), st.lists(origins, min_size=1, max_size=2)),
    st.text(max_size=5),
)


@given(reports)
@settings(deadline=None, max_examples=100)
def test_a_report_comes_back_as_it_went(report):
    """Trouble, observations, prints, flags, remarks, and what made the first nan or inf."""
    back = unpack(pack(report), WANTED)
    assert back.trouble == report.trouble
    if report.trouble is None:
        assert back.observations.keys() == report.observations.keys()
        assert (back.printed, back.forbidden) == (report.printed, report.forbidden)
        assert (back.written, back.origins) == (report.written, report.origins)
        assert back.without_return == report.without_return


@given(reports, st.data())
@settings(deadline=None, max_examples=300)
def test_a_damaged_report_is_a_report_or_nothing(report, data):
    """Whatever an answer writes in its place: a Report of what was asked for, or a BadFrame."""
    frame = bytearray(pack(report))
    for _ in range(data.draw(st.integers(1, 6))):
        frame[data.draw(st.integers(0, len(frame) - 1))] = data.draw(st.integers(0, 255))
    _report_or_nothing(bytes(frame[: data.draw(st.integers(0, len(frame)))]))


@given(st.binary(max_size=200))
@settings(deadline=None, max_examples=300)
def test_any_bytes_are_a_report_or_nothing(data):
    """Not a traceback, and no other exception."""
    _report_or_nothing(data)
    _report_or_nothing(b"KATA1\n" + data)


def _report_or_nothing(data):
    try:
        report = unpack(data, WANTED)
    except BadFrame:
        return
    assert report.trouble is not None or report.observations.keys() == WANTED


def test_a_request_says_nothing_that_a_submission_must_not_know(course):
    """The cut grader, the seeds and remarks' patterns: no misconception, no solution, no points."""
    assert set(Request.__struct_fields__) == {
        "exercise", "grader", "stub", "seeds", "packages", "device", "name", "kind", "part",
        "remarks", "data",
    }  # fmt: skip
    exercise = course.exercises["cross_entropy/weighted_mean"]
    request = Request(exercise.id, exercise.cut_grader, "", [1], ["torch"])
    sent = parts(request, "def weighted_mean(): ...").decode(errors="replace")
    body = exercise.solution.partition("return ")[2].splitlines()[0]
    assert body not in sent
    assert "divides_by_the_batch_size" not in sent


@given(st.text(max_size=300), st.text(max_size=300))
@settings(max_examples=300)
def test_every_name_has_a_path_of_its_own(one, other):
    """Within the folder, whatever a submission is called."""
    paths = [records.path_of(records.Path("folder"), name) for name in (one, other)]
    assert all(path.parent == records.Path("folder") for path in paths)
    assert all(0 < len(path.name.encode()) <= 255 for path in paths if path.name.isascii())
    assert (paths[0] == paths[1]) == (one == other)


@given(st.binary(max_size=400))
@settings(deadline=None, max_examples=200)
def test_any_file_is_a_text_or_rejected(data):
    """Whatever bytes are handed in, they are read or named, and never run."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "module", "half.py")
        path.parent.mkdir()
        path.write_bytes(data)
        file = read(path, Path(folder))
    assert (file.report is None) or file.report.trouble.type == "Rejected"


@given(st.text(max_size=200))
@settings(max_examples=200)
def test_any_text_has_a_digest_or_none(text):
    """Reading a text as Python never raises here."""
    assert digest_or_none(text) is None or len(digest_or_none(text)) == 64
