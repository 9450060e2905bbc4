"""The file of an answer is read as bytes: never followed, never waited for, and never whole."""

import contextlib
import os
from pathlib import Path

import pytest

from torchkata.running import files
from torchkata.running.files import MAX_BYTES, files_in, read
from torchkata.running.isolation import discard

RIGHT = "def half(x):\n    return x / 2\n"


@pytest.fixture
def folder(tmp_path):
    """A submission, and beside it a file that is none of its business."""
    (tmp_path / "secret.py").write_text(RIGHT)
    (tmp_path / "in" / "warmup").mkdir(parents=True)
    return tmp_path / "in"


def why(path, within=None):
    """Why a file is not taken; nothing where it is."""
    file = read(path, within)
    assert (file.text == "") == (file.report is not None)
    return file.report.trouble.message if file.report else ""


def test_an_ordinary_file_is_read(folder):
    """With the submission's folder around it or without."""
    path = folder / "warmup" / "half.py"
    path.write_text(RIGHT)
    assert read(path).text == read(path, folder).text == RIGHT
    assert read(path, path).text == RIGHT


def test_a_file_that_is_not_there_is_missing(folder):
    """Which is another verdict than one that is not read."""
    for within in (None, folder):
        assert read(folder / "half.py", within).report.trouble.type == "FileMissing"


def test_no_link_is_followed(folder):
    """A file's as well, with the submission's folder around it or without."""
    path = folder / "half.py"
    path.symlink_to(folder.parent / "secret.py")
    assert why(path) == why(path, folder) == why(path, path) == "a link"


@pytest.mark.parametrize("depth", ["warmup", "hw/warmup"])
def test_no_link_of_a_folder_is_followed(folder, depth):
    """However deep in the submission it is."""
    place = folder / depth
    place.parent.mkdir(exist_ok=True)
    if place.is_dir():
        place.rmdir()
    place.symlink_to(folder.parent)
    assert (place / "secret.py").is_file()
    assert why(place / "secret.py", folder) == "behind a link"


def test_a_second_name_of_a_file_is_not_read(folder):
    """It may be that of a file elsewhere, which the one who reads it may read."""
    os.link(folder.parent / "secret.py", folder / "half.py")
    assert why(folder / "half.py", folder) == "no ordinary file"


def test_what_is_no_file_is_not_waited_for(folder):
    """A pipe that nobody writes to, and a folder."""
    os.mkfifo(folder / "half.py")
    assert why(folder / "half.py", folder) == "no ordinary file"
    (folder / "folder.py").mkdir()
    assert why(folder / "folder.py", folder)


def test_a_file_has_a_largest_size(folder):
    """Up to it a file is read; beyond it, no more than a byte is, whatever its size."""
    path = folder / "half.py"
    path.write_bytes(b"#" * MAX_BYTES)
    assert why(path) == ""
    for size in (MAX_BYTES + 1, 2**40):
        os.truncate(path, size)
        assert why(path) == "larger than 256 KiB"


def test_a_notebook_has_a_largest_size(folder, monkeypatch):
    """A larger one than a file, for its pictures; and its code has that of a file."""
    path = folder / "week.ipynb"
    path.touch()
    os.truncate(path, 8 * 2**20 + 1)
    assert why(path) == "larger than 8192 KiB"
    path.write_text("{}")
    monkeypatch.setattr(files, "script_of", lambda data: "#" * (MAX_BYTES + 1))
    assert why(path) == "more than 256 KiB of code"


def test_what_is_not_utf8_is_told_with_its_line(folder):
    """And is not guessed at."""
    (folder / "half.py").write_bytes(b"# one\n# \xff\n")
    assert why(folder / "half.py") == "not UTF-8 in line 2; save it as UTF-8"


def test_files_are_found_however_deep_folders_are_nested(tmp_path):
    """As far as a path can be written: a submission's folders end no batch."""
    with contextlib.chdir(tmp_path):
        for _ in range(1500):
            os.mkdir("d")
            os.chdir("d")
        Path("half.py").touch()
    (found,) = files_in(tmp_path)
    assert found.name == "half.py"
    assert len(found.relative_to(tmp_path).parts) == 1501
    discard(str(tmp_path / "d"))


def test_files_are_told_in_order(tmp_path):
    """Those of a folder before those of the folders in it; nothing hidden, and no link followed."""
    for name in ("b/z.py", "b/a/x.py", "a/y.py", ".git/no.py", "__pycache__/no.py", "w.py", ".no"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "v.py").symlink_to("w.py")
    (tmp_path / "c").symlink_to("a")
    found = [path.relative_to(tmp_path).as_posix() for path in files_in(tmp_path)]
    assert found == ["v.py", "w.py", "a/y.py", "b/z.py", "b/a/x.py"]
