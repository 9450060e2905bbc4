"""Files and folders are written whole or not at all."""

import os

import pytest

from torchkata.course.writing import new_folder, write_bytes


def stops(*_):
    """A machine that stops."""
    raise OSError("power cut")


@pytest.mark.parametrize("step", ["pathlib.Path.replace", "os.fsync"])
def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch, step):
    """If the machine stops in the middle, the old file is still there, and no half of another."""
    path = tmp_path / "ann.json"
    write_bytes(path, b"old")
    monkeypatch.setattr(step, stops)
    with pytest.raises(OSError, match="power cut"):
        write_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["ann.json"]


def test_a_file_is_there_once_all_of_it_is(tmp_path, monkeypatch):
    """Meanwhile the old one is seen; and what is new is on the disk before it is called so."""
    path, seen = tmp_path / "ann.json", []
    write_bytes(path, b"old")
    real = os.fsync

    def looked_at(descriptor):
        seen.extend([path.read_bytes(), os.fstat(descriptor).st_size])
        real(descriptor)

    monkeypatch.setattr(os, "fsync", looked_at)
    write_bytes(path, b"newer")
    assert seen == [b"old", len(b"newer")]
    assert path.read_bytes() == b"newer"


def test_a_private_file_is_private_from_the_beginning(tmp_path, monkeypatch):
    """Not only once it is whole: nobody else can have opened it before."""
    modes = []
    monkeypatch.setattr(os, "fsync", lambda one: modes.append(os.fstat(one).st_mode & 0o777))
    write_bytes(tmp_path / "seeds", b"secret", private=True)
    assert modes == [0o600]
    assert (tmp_path / "seeds").stat().st_mode & 0o777 == 0o600


def test_a_file_keeps_its_mode(tmp_path):
    """What somebody has made private stays so."""
    path = tmp_path / "ann.json"
    write_bytes(path, b"old")
    path.chmod(0o640)
    write_bytes(path, b"new")
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("there", [False, True])
def test_a_folder_is_there_once_all_of_it_is(tmp_path, there):
    """Where it was empty, what is made goes into it."""
    out = tmp_path / "pack"
    if there:
        out.mkdir()
    with new_folder(out) as half:
        (half / "a").mkdir()
        (half / "a" / "b").write_text("x")
        assert not (out / "a").exists()
    assert (out / "a" / "b").read_text() == "x"
    assert [one.name for one in tmp_path.iterdir()] == ["pack"]
    assert [one.name for one in out.iterdir()] == ["a"]


@pytest.mark.parametrize("there", [False, True])
def test_half_a_folder_is_none(tmp_path, there):
    """If something fails while it is made, there is nothing of it."""
    out = tmp_path / "pack"
    if there:
        out.mkdir()

    def make(half):
        (half / "a").write_text("x")
        stops()

    with pytest.raises(OSError, match="power cut"), new_folder(out) as half:
        make(half)
    assert [*tmp_path.rglob("*")] == ([out] if there else [])
