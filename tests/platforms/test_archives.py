"""What is in archives: names of other systems, what is skipped, and what is too large."""

import contextlib
import io
import os
import unicodedata
import zipfile

import pytest

from torchkata.platforms import archives
from torchkata.platforms.archives import safe_path, unpack
from torchkata.platforms.roster import Roster, Student
from torchkata.running.files import read

from downloads import packed, rows_of, tarred, tree


def named_in(raw):
    """What the only file of a zip archive is called whose name is some bytes, without a flag."""
    stand_in = "x" * len(raw)
    data = packed({stand_in: b"x"}).replace(stand_in.encode(), raw)
    [path] = unpack("w.zip", io.BytesIO(data)).files
    return str(path)


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("과제_김민수.py", "cp949"),
        ("똠방각하 3주차.ipynb", "cp949"),
        ("과제.py", "utf-8"),
        ("Núñez.py", "utf-8"),
        ("Núñez.py", "cp437"),
        ("é.py", "cp437"),
        ("Gauß_über.py", "cp437"),
        ("えくささいず.py", "cp932"),
        ("カタカナの課題.py", "cp932"),
    ],
)
def test_names_without_an_encoding_are_read_as_they_were_written(name, encoding):
    """Korean Windows, Japanese Windows, old Western ones, and UTF-8 that does not say so."""
    assert named_in(name.encode(encoding)) == name


def test_a_name_that_may_be_two_things_is_left():
    """Japanese without any kana cannot be told apart, and stays as Python reads it."""
    raw = "課題".encode("cp932")
    assert named_in(raw) == str(safe_path(raw.decode("cp437")))


def test_hangul_in_pieces_is_the_same_hangul(collect):
    """macOS takes letters apart; students and files are found all the same."""
    apart = unicodedata.normalize("NFD", "김민수")
    assert Roster([Student("m", "김민수")]).find({"name": apart})
    assert Roster([Student("m", apart)]).find({"name": "김민수"})
    _, out = collect("folder", {f"{apart}/과제.py": b"x", f"{apart}/가.zip": packed({apart: b"y"})})
    assert tree(out) == {"minsu/과제.py": b"x", "minsu/김민수": b"y"}


INSTALLED = {f"work/.venv/lib/python3/site-packages/p{n}.py": b"" for n in range(1500)}
MINE = {"work/half.py": b"mine"}


@pytest.mark.parametrize(
    "others",
    [
        INSTALLED,
        {"work/site-packages/../../x": b"", "work/.kata/state": b""},
        {"work/env3/pyvenv.cfg": b"", **{f"work/env3/lib/{n}.py": b"" for n in range(1500)}},
        {"work/node_modules/.bin/x": b"", "work/.git/hooks/post-checkout": b""},
    ],
    ids=["venv", "site-packages", "an environment of any name", "node_modules"],
)
@pytest.mark.parametrize("pack", [packed, tarred], ids=["zip", "tar"])
def test_what_was_installed_is_skipped_and_the_rest_is_taken(collect, pack, others):
    """However many files there are in it, an environment counts as nothing."""
    name = "w.zip" if pack is packed else "w.tar.gz"
    _, out = collect("folder", {f"ada/{name}": pack({**others, **MINE})})
    assert tree(out) == {"ada/work/half.py": b"mine"}
    assert rows_of(out)["ada", 1].note == ""


@pytest.mark.parametrize("name", ["half.py", "half.ipynb"])
def test_data_never_takes_an_answers_place(collect, name):
    """Of too many or too large files some are left out, each with a note, and never an answer."""
    many = {f"data/{n:04}.txt": b"" for n in range(1002)}
    filled = packed({**many, "too.bin": os.urandom(9_000_000), f"z/{name}": b"a"})
    _, out = collect("folder", {"ada/w.zip": filled})
    found = tree(out)
    assert found[f"ada/z/{name}"] == b"a"
    assert len(found) == 1 + archives.MAX_FILES
    note = rows_of(out)["ada", 1].note
    assert "data/1001.txt is one of more than 1000 other files; left out." in note
    assert "too.bin is larger than 8 MiB; left out." in note


def test_what_is_left_out_for_all_of_it_is_told(collect):
    """The sum of data is bounded, and a note names each file that is beyond it."""
    files = {f"ada/{n}.bin": os.urandom(2_000_000) for n in range(11)}
    _, out = collect("folder", {**files, "ada/half.py": b"a"})
    assert len(tree(out)) == 11
    assert "would make more than 20 MB of other files; left out." in rows_of(out)["ada", 1].note


def test_an_answer_that_is_left_out_is_told_first(collect):
    """Among many notes, that of a program or a notebook is seen."""
    data = {f"ada/{n}.bin": os.urandom(8_400_000) for n in range(7)}
    _, out = collect("folder", {**data, "ada/week.ipynb": bytes(8_400_000)})
    note = rows_of(out)["ada", 1].note
    assert note.startswith("week.ipynb is larger than 8 MiB; left out.")
    assert note.endswith("And 3 more like these.")


def test_grade_reads_what_collect_takes(collect):
    """One limit: a notebook of just that size is taken and read, and one byte more is neither."""
    most = bytes(archives.MAX_NOTEBOOK)
    _, out = collect("folder", {"ada/x.ipynb": most, "ada/y.ipynb": most + b"\0"})
    assert [*tree(out)] == ["ada/x.ipynb"]
    assert "y.ipynb is larger than 8 MiB; left out." in rows_of(out)["ada", 1].note
    larger = "larger than 8192 KiB"
    assert read(out / "ada" / "x.ipynb").report.trouble.message != larger
    (out / "ada" / "x.ipynb").write_bytes(most + b"\0")
    assert read(out / "ada" / "x.ipynb").report.trouble.message == larger


def test_an_archive_larger_than_memory_should_hold_is_opened_on_disk(collect, monkeypatch):
    """Only what is taken is read: an archive of any size with a small answer is opened."""
    monkeypatch.setattr(archives, "MAX_NOTEBOOK", 1000)
    filled = packed({"w/.venv/lib/torch.so": os.urandom(25_000_000), **MINE})
    _, out = collect("folder", {"ada/w.zip": filled})
    assert tree(out) == {"ada/work/half.py": b"mine"}


def test_a_list_of_files_that_is_too_long_is_refused(monkeypatch):
    """No archive makes us list millions of files."""
    monkeypatch.setattr(archives, "_MOST_AT_ONCE", 1000)
    monkeypatch.setattr(archives, "_MOST_LISTED", 50)
    files = {f"{n}.py": b"" for n in range(100)}
    for name, data in (("w.zip", packed(files)), ("w.tar", tarred(files, "w"))):
        with pytest.raises(archives.Refused, match="lists more files than are looked at"):
            unpack(name, io.BytesIO(data))


def test_what_is_packed_in_an_unknown_way_is_left_out_alone():
    """The others of the archive are taken."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("x.py", b"x", zipfile.ZIP_LZMA)
        archive.writestr("y.py", b"y")
    contents = unpack("w.zip", out)
    assert [str(path) for path in contents.files] == ["y.py"]
    assert contents.notes == ["x.py is packed in a way that is not opened; left out."]


@pytest.mark.parametrize("pack", [packed, tarred], ids=["zip", "tar"])
def test_no_damage_is_more_than_a_refusal(pack):
    """Whichever byte of an archive is changed, or wherever it ends, nothing else is raised."""
    data = pack({"a/x.py": b"x" * 40, "y.py": b"y"})
    name = "w.zip" if pack is packed else "w.tar.gz"
    for place in range(len(data)):
        for changed in (data[:place], data[:place] + b"\xff" + data[place + 1 :]):
            with contextlib.suppress(archives.Refused):
                assert len(unpack(name, io.BytesIO(changed)).files) <= 2
