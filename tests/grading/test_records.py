"""Records: written whole or not at all, of one version, each at a place of its own."""

import os

import pytest

from torchkata.grading import records
from torchkata.grading.records import BadRecord, Graded, Record

RECORD = Record(
    "ann", "x", "sandbox", [1], "cpu", "torch.float32", "2", "x", "2026-12-10", 0.0, 1, 2,
    [Graded("a/b", "x", "passed", 1, 1, {"row": "passed"}, None, [], "told", 0.0)],
)  # fmt: skip


def test_a_record_is_read_as_it_was_written(tmp_path):
    """With all that it says."""
    records.write(tmp_path / "new" / "ann.json", RECORD)
    assert records.read(tmp_path / "new" / "ann.json") == RECORD


@pytest.mark.parametrize("step", ["replace", "fsync"])
def test_a_record_is_written_whole_or_not_at_all(tmp_path, monkeypatch, step):
    """If the machine stops in the middle, the old file is still there, and no half of another."""
    path = tmp_path / "ann.json"
    records.write(path, {"schema": "old"})
    before = path.read_bytes()

    def stops(*_):
        raise OSError("power cut")

    monkeypatch.setattr(os, step, stops)
    with pytest.raises(OSError, match="power cut"):
        records.write(path, RECORD)
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["ann.json"]


def test_a_file_is_there_once_all_of_it_is(tmp_path, monkeypatch):
    """Whoever looks while it is written sees the old one; what is new is on the disk by then."""
    path, seen = tmp_path / "ann.json", []
    records.write_bytes(path, b"old")
    real = os.fsync

    def looked_at(descriptor):
        seen.append(path.read_bytes())
        seen.append(os.fstat(descriptor).st_size)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", looked_at)
    records.write_bytes(path, b"newer")
    assert seen == [b"old", len(b"newer")]
    assert path.read_bytes() == b"newer"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is no record"),
        (b"[]", "is no record"),
        (b'{"schema": "torchkata/record/1"}', "this version reads torchkata/record/2"),
        (b'{"schema": "torchkata/record/2"}', "is no record"),
        (b"{}", "is of schema None"),
    ],
)
def test_what_is_no_record_is_one_sentence(tmp_path, data, said):
    """One of another version is not read as if it were of this one."""
    path = tmp_path / "ann.json"
    path.write_bytes(data)
    with pytest.raises(BadRecord, match=said):
        records.read(path)


def test_a_record_with_a_failure_is_not_graded_yet():
    """It holds one exercise that has no verdict, for reasons of ours."""
    assert not RECORD.failed
    failed = Graded("a/b", "x", None, None, 1, {}, None, [], "", 0.0, "the walls died")
    RECORD.exercises.append(failed)
    assert RECORD.failed
    RECORD.exercises.remove(failed)


def test_every_name_has_a_place_of_its_own(tmp_path):
    """In the folder, whatever a submission is called."""
    names = ["ann", "an/n", "an_n", "../ann", "ann@1", "가" * 84, "가" * 83 + "나", "x" * 255, "."]
    paths = [records.path_of(tmp_path, name) for name in names]
    assert len({*paths}) == len(names)
    assert {path.parent for path in paths} == {tmp_path}
    assert all(len(path.name.encode()) < 150 for path in paths)


def test_a_digest_is_of_the_bytes_of_a_text():
    """Also where file names have put into it what is no text."""
    assert records.digest("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert records.digest("\udcff") != records.digest("\udcfe")
