"""Records: read as they were written, of one version, each at a place of its own."""

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


def test_a_record_is_for_the_teachers_eyes(tmp_path):
    """It has what a student wrote and earned."""
    records.write(tmp_path / "ann.json", RECORD)
    assert (tmp_path / "ann.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is no record"),
        (b"[]", "is no record"),
        (b'{"schema": "torchkata/record/1"}', "this version reads torchkata/record/3"),
        (b'{"schema": "torchkata/record/2"}', "is no record"),
        (b'{"schema": "torchkata/record/3"}', "is no record"),
        (b"{}", "names no schema"),
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
