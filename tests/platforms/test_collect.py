"""Collecting: from made-up downloads of each platform to one folder for each student."""

import csv
import io
import os
import stat
import tarfile
from datetime import UTC, datetime, timedelta, timezone

import pytest

from torchkata.cli.collect import late_by
from torchkata.grading import manifest
from torchkata.platforms import roster as rosters
from torchkata.platforms.archives import Refused, safe_path, unpack
from torchkata.platforms.contents import tidied
from torchkata.platforms.platform_metadata import gradescope, instant

from downloads import ADA, link_in_a_zip, packed, rows_of, tarred, tree

MOODLE = """\
Identifier,Full name,ID number,Email address,Last modified (submission)
Participant 501,Ada Lovelace,ada,ada@x.org,"Wednesday, 23 September 2026, 1:05 PM"
Participant 502,José Núñez,jose,jose@x.org,"Wednesday, 23 September 2026, 9:00 AM"
"""
GRADESCOPE = """\
---
submission_1:
  :submitters:
  - :name: Ada Lovelace
    :sid: '77'
    :email: ADA@x.org
  :created_at: 2026-09-23 11:00:30.123456789 Z
  :results:
    :output: |
      submission_9:
        :submitters:
submission_2:
  :submitters:
  - :name: "Bo \\x4bim"
    :email: bo@x.org
  - :name: José Núñez
    :email:
  :created_at: 2026-09-23 02:00:00 -07:00
"""
GRADES = """\
assignment_name,github_username,student_repository_name,submission_timestamp
HW 1,ada-l,school/hw1-ada-l,2026-09-23T10:00:01Z
"""

DOWNLOADS = {
    "canvas": (
        "canvas",
        {
            "lovelaceada_LATE_77_15_adam-1.py": ADA,
            "lovelaceada_77_12_sgd.py": b"sgd",
            "김민수_80_14_work.zip": packed({"losses/mine.py": b"m", "__MACOSX/x": b""}),
        },
        {"ada/adam.py": ADA, "ada/sgd.py": b"sgd", "minsu/losses/mine.py": b"m"},
        {("ada", 1): ("", ""), ("minsu", 1): ("", ""), ("bo", 0): ("", "")},
    ),
    "canvas, by name alone": (
        "canvas",
        {"nunezjose_999_11_row_mean.py": ADA},
        {},
        {},
    ),
    "moodle, folders": (
        "moodle",
        {
            "grades.csv": MOODLE.encode("utf-8-sig"),
            "Ada Lovelace_501_assignsubmission_file_/a/adam.py": ADA,
            "Ada Lovelace_501_assignsubmission_onlinetext_/onlinetext.html": b"hello",
            "민수 김_503_assignsubmission_file/adam (2).py": b"m",
        },
        {"ada/a/adam.py": ADA, "ada/onlinetext.html": b"hello", "minsu/adam.py": b"m"},
        {("ada", 1): ("2026-09-23T13:05:00+02:00", "01:05"), ("minsu", 1): ("", "")},
    ),
    "moodle, flat": (
        "moodle",
        {
            "HW/Ada Lovelace_501_assignsubmission_file_row_mean.py": ADA,
            "HW/pair-Bo Kim_505_assignsubmission_file_x.py": b"b",
        },
        {"ada/row_mean.py": ADA, "bo/x.py": b"b", "jose/x.py": b"b"},
        {("ada", 1): ("", "")},
    ),
    "gradescope": (
        "gradescope",
        {
            "assignment_5_export/submission_metadata.yml": GRADESCOPE.encode(),
            "assignment_5_export/submission_1/adam.py": ADA,
            "assignment_5_export/submission_2/x/y.py": b"pair",
        },
        {"ada/adam.py": ADA, "bo/x/y.py": b"pair", "jose/x/y.py": b"pair"},
        {
            ("ada", 1): ("2026-09-23T11:00:30+00:00", "01:01"),
            ("bo", 1): ("2026-09-23T02:00:00-07:00", ""),
        },
    ),
    "github": (
        "github",
        {
            "classroom.csv": GRADES.encode(),
            "hw1-ada-l/exercises/m/adam.py": ADA,
            "hw1-ada-l/data-1.zip": b"not opened",
            "hw1-ada-l/.git/hooks/post-checkout": b"touch /tmp/owned",
            "hw1-pair/x.py": b"pair",
        },
        {
            "ada/exercises/m/adam.py": ADA,
            "ada/data-1.zip": b"not opened",
            "bo/x.py": b"pair",
            "jose/x.py": b"pair",
        },
        {("ada", 1): ("2026-09-23T10:00:01+00:00", "00:01"), ("bo", 1): ("", "")},
    ),
    "folder": (
        "folder",
        {
            "ada/12_adam.py": ADA,
            "minsu@x.org/m.py": b"m",
            "Kim, Bo.zip": packed({"b.py": b"b", ".ipynb_checkpoints/b.py": b""}),
        },
        {"ada/adam.py": ADA, "minsu/m.py": b"m", "bo/b.py": b"b", "jose/b.py": b"b"},
        {("ada", 1): ("", ""), ("jose", 1): ("", "")},
    ),
}
MATCHED = {name: case for name, case in DOWNLOADS.items() if case[2]}


@pytest.mark.parametrize("as_zip", [False, True], ids=["folder", "zip"])
@pytest.mark.parametrize("case", MATCHED.values(), ids=MATCHED)
def test_a_download_becomes_folders(collect, tmp_path, case, as_zip):
    """Each platform's download, unpacked or not, gives each student the files that are theirs."""
    kind, files, expected, rows = case
    due = ["--assignment", tmp_path / "assignment.toml"]
    done, out = collect(kind, files, *due, as_zip=as_zip)
    assert done.exit_code == 0, done.output
    assert tree(out) == expected
    found = rows_of(out)
    assert {key: (found[key].handed_in, found[key].late_by) for key in rows} == rows
    modes = {stat.S_IMODE(path.stat().st_mode) for path in out.rglob("*") if path.is_file()}
    assert os.name == "nt" or modes == {0o644}


def test_the_manifest_names_everybody_once(collect):
    """Who handed in nothing has a line with attempt 0, and no folder."""
    done, out = collect("folder", {"ada/adam.py": ADA})
    assert "nothing from 3: Bo Kim (bo), José Núñez (jose), 김민수 (minsu)" in done.output
    text = (out / "manifest.csv").read_text(encoding="utf-8-sig")
    assert list(csv.reader(io.StringIO(text))) == [
        [*manifest.COLUMNS, "order"],
        ["ada", "Lovelace, Ada", "", "1", "", "ada", "", ""],
        ["bo", "Bo Kim", "", "0", "", "", "", ""],
        ["jose", "José Núñez", "", "0", "", "", "", ""],
        ["minsu", "김민수", "", "0", "", "", "", ""],
    ]


def test_equal_downloads_give_equal_bytes(collect, tmp_path):
    """A zip file and the folder it was are one download."""
    kind, files, _, _ = DOWNLOADS["gradescope"]
    _, out = collect(kind, files)
    out.rename(tmp_path / "first")
    _, again = collect(kind, files, as_zip=True)
    assert rows_of(again) == rows_of(tmp_path / "first")


@pytest.mark.parametrize(
    ("kind", "files", "said"),
    [
        ("canvas", {"nunezjose_999_11_x.py": b""}, "nearest is José Núñez (jose)"),
        ("canvas", {"readme.txt": b"", "kim_78_1_x.py": b""}, "its name is not one of Canvas"),
        ("moodle", {"Ada Lovelase_9_assignsubmission_file_/x.py": b""}, "Lovelace, Ada (ada)"),
        ("gradescope", {"submission_metadata.yml": b"", "x": b""}, "lists no submission"),
        ("github", {"hw1-nobody/x.py": b""}, "like nobody's login"),
        ("github", {"hw1-bo/x.py": b"", "hw1-ada/y.py": b""}, "like nobody's login"),
        ("folder", {"adaa/x.py": b""}, "adaa is not in the roster; the nearest is Lovelace"),
        ("folder", {"ada/x.py": b"1", "alovelace/x.py": b"2"}, "nothing says which is the last"),
    ],
)
def test_what_is_nobodys_is_shown_and_nothing_is_written(collect, kind, files, said):
    """Nothing is guessed; without --yes, nothing is written."""
    done, out = collect(kind, files)
    assert said in done.output
    assert done.exit_code == (2 if "yml" in str(files) else 1)
    assert not out.exists()
    assert "Traceback" not in done.output


def test_yes_writes_the_others_and_lists_what_is_left(collect):
    """With --yes, what is somebody's is written, and what is not is in unmatched.csv."""
    done, out = collect("folder", {"ada/x.py": ADA, "eve/x.py": b""}, "--yes")
    assert done.exit_code == 0
    assert tree(out) == {"ada/x.py": ADA}
    [row] = csv.DictReader(io.StringIO((out / "unmatched.csv").read_text("utf-8-sig")))
    assert (row["from"], row["why"]) == ("eve", "eve is not in the roster")


def test_a_partner_who_left_takes_nothing_from_the_other(collect):
    """Of a group that is half known, the known half gets its files with --yes."""
    listing = GRADESCOPE.replace("José Núñez", "Gone Away")
    files = {"submission_metadata.yml": listing.encode(), "submission_2/y.py": b"y"}
    done, out = collect("gradescope", files, "--yes")
    assert done.exit_code == 0
    assert "Gone Away is not in the roster" in done.output
    assert tree(out)["bo/y.py"] == b"y"


def test_two_that_could_be_meant_are_named(collect):
    """Namesakes are told, and neither gets the files."""
    twins = "id,name\na1,Ada Lovelace\na2,Lovelace Ada\n"
    done, _ = collect("folder", {"Ada Lovelace/x.py": b""}, roster=twins)
    assert "could be Ada Lovelace (a1) or Lovelace Ada (a2)" in done.output
    assert done.exit_code == 1


def test_equal_copies_of_a_team_are_one(collect):
    """Moodle gives each of a team its own copy; equal ones are one hand-in, others are not."""
    files = {f"{name}_assignsubmission_file_/x.py": b"x" for name in ("Bo Kim_1", "José Núñez_2")}
    done, out = collect("moodle", files)
    assert done.exit_code == 0, done.output
    assert tree(out) == {"bo/x.py": b"x", "jose/x.py": b"x"}


def test_a_namesake_with_another_number_is_somebody_else(collect):
    """A name says nothing against a number."""
    done, _ = collect("canvas", {"kimbo_1234_11_x.py": b""})
    assert "kimbo is not in the roster" in done.output
    assert done.exit_code == 1


@pytest.mark.parametrize(
    ("repositories", "owners"),
    [
        (["hw1-lee", "hw1-ada-lee"], {"l", "al"}),
        (["hw-1-ada-lee", "hw-1-bo"], {"al", "b"}),
        (["hw1-ADA-LEE", "hw1-bo"], {"al", "b"}),
        (["hw1-ada-lee"], None),
    ],
)
def test_logins_that_end_alike(collect, repositories, owners):
    """Where two logins fit, the assignment's name in the other repositories decides, or nobody."""
    roster = "id,name,github\nl,L,lee\nal,A,ada-lee\nb,B,bo\n"
    files = {f"{name}/x.py": b"" for name in repositories}
    done, out = collect("github", files, roster=roster)
    assert done.exit_code == (1 if owners is None else 0), done.output
    assert owners is None or {path.parent.name for path in out.rglob("*.py")} == owners


def test_a_damaged_file_harms_nobody_else(collect, tmp_path):
    """What cannot be read of a damaged download is told; the rest is written."""
    data = packed({"ada/x.py": b"a" * 100, "bo/y.py": os.urandom(100)})
    at = data.index(b"ada/x.py") + len("ada/x.py")
    whole = data[:at] + b"\xff\xff" + data[at + 2 :]
    (tmp_path / "download").mkdir()
    done, out = collect("folder", {})
    assert done.exit_code == 2
    (tmp_path / "download").rmdir()
    (tmp_path / "download").write_bytes(whole)
    done, out = collect("folder", {})
    assert done.exit_code == 0, done.output
    assert "x.py cannot be read" in rows_of(out)["ada", 1].note
    assert "bo/y.py" in tree(out)


@pytest.mark.parametrize(
    ("keep", "expected", "rows"),
    [
        ("last", {"ada/x.py": b"2", "ada/y.py": b"y"}, [("ada", 2)]),
        (
            "all",
            {"ada/x.py": b"2", "ada/y.py": b"y", ".attempts/ada/1/x.py": b"1"},
            [("ada", 2)],
        ),
        (
            "best",
            {"ada@1/x.py": b"1", "ada@2/x.py": b"2", "ada@2/y.py": b"y"},
            [("ada", 1), ("ada", 2)],
        ),
    ],
)
def test_of_several_attempts(collect, keep, expected, rows):
    """The last counts, or all are kept."""
    files = {
        "HW_alovelace_attempt_2026-09-22-23-00-00_x.py": b"1",
        "HW_alovelace_attempt_2026-09-23-01-00-00_x.py": b"2",
        "HW_alovelace_attempt_2026-09-23-01-00-00_y.py": b"y",
    }
    done, out = collect("blackboard", files, "--keep", keep)
    assert done.exit_code == 0, done.output
    assert tree(out) == expected
    assert [key for key in rows_of(out) if key[0] == "ada"] == rows


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("w.zip", packed({"../x.py": b""}), "leads out of its folder"),
        ("w.zip", packed({"/x.py": b""}), "leads out of its folder"),
        ("w.zip", packed({"C:/x.py": b""}), "leads out of its folder"),
        ("w.zip", packed({"a\\..\\..\\x.py": b""}), "leads out of its folder"),
        ("w.zip", link_in_a_zip(), "is a link"),
        ("w.zip", packed({"x.py": bytes(500_000)}), "more than 200 times"),
        ("w.zip", packed({"A.py": b"", "a.py": b""}), "twice"),
        ("w.zip", b"PK, but no archive", "cannot be opened"),
        ("w.zip", packed({"x.py": b"x" * 90})[:-40], "cannot be opened"),
        ("w.tar.gz", tarred({"../x.py": b""}), "leads out of its folder"),
        ("w.tar.gz", tarred({"x.py": b""}, kind=tarfile.SYMTYPE), "is a link or a device"),
        ("w.tar.gz", tarred({"x.py": b""}, kind=tarfile.LNKTYPE), "is a link or a device"),
        ("w.tar.gz", tarred({"x": b""}, kind=tarfile.CHRTYPE), "is a link or a device"),
        ("w.tar.gz", tarred({"x.py": bytes(10_000_000)}), "more than 200 times"),
        ("w.tgz", b"\x1f\x8b damaged", "cannot be opened"),
        ("w.tar", b"no tar", "cannot be opened"),
    ],
)
def test_archives_that_are_not_taken(collect, name, data, said):
    """A harmful or broken archive leaves an empty folder, and the reason in the manifest."""
    done, out = collect("folder", {f"ada/{name}": data, "bo/x.py": b"b"})
    assert done.exit_code == 0, done.output
    assert said in rows_of(out)["ada", 1].note
    assert said in done.output
    assert tree(out / "ada") == {}
    assert (out / "bo" / "x.py").read_bytes() == b"b"
    assert sorted(path.name for path in out.parent.iterdir()) == [
        "assignment.toml", "download", "out", "roster.csv",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("w.tar", tarred({"a/x.py": b"x"}, "w")),
        ("w.tar.gz", tarred({"a/x.py": b"x"})),
        ("w.TGZ", tarred({"a/x.py": b"x"})),
        ("w.tar.bz2", tarred({"a/x.py": b"x"}, "w:bz2")),
        (
            "w.zip",
            packed({"a\\": b"", "a\\x.py": b"x", ".DS_Store": b"", "a/__pycache__/x.pyc": b""}),
        ),
    ],
)
def test_archives_that_are_opened(name, data):
    """Each kind that is opened gives its files, without what systems leave behind."""
    files = unpack(name, io.BytesIO(data)).files
    assert {str(path): text for path, text in files.items()} == {"a/x.py": b"x"}


def test_one_level_deep(collect):
    """An archive in an archive stays one, and a file that is too large is left out, both told."""
    inner = {"deep.zip": packed({"x.py": b""}), "model.pt": os.urandom(9_000_000), "a.py": b"a"}
    _, out = collect("folder", {"ada/w.zip": packed(inner), "ada/a.py": ADA, "ada/b.rar": b"?"})
    assert {name for name in tree(out) if "zip" not in name} == {
        "ada/a.py", "ada/w/a.py", "ada/b.rar",
    }  # fmt: skip
    assert (out / "ada" / "w" / "deep.zip").is_file()
    note = rows_of(out)["ada", 1].note
    for said in ("deep.zip is not opened", "model.pt is larger than 8 MiB", "b.rar is not opened"):
        assert said in note


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_links_of_a_repository_are_not_followed(collect, tmp_path):
    """A link in a clone is left out and told; what it points to is not read."""
    (tmp_path / "download" / "hw1-ada-l").mkdir(parents=True)
    (tmp_path / "download" / "hw1-ada-l" / "all").symlink_to("/etc")
    (tmp_path / "download" / "hw1-ada-l" / "x.py").symlink_to("/etc/passwd")
    _, out = collect("github", {"hw1-ada-l/y.py": ADA})
    assert tree(out) == {"ada/y.py": ADA}
    assert "x.py is a link" in rows_of(out)["ada", 1].note


@pytest.mark.parametrize(
    ("roster", "said"),
    [
        ("id,name\na,A\nb,B\na,C\n", "lines 2 and 4: both have the id a"),
        ("id,name\nada,A\nAda,B\n", "lines 2 and 3: ada and Ada are one folder"),
        ("id,name\n\u00e9,A\ne\u0301,B\n", "are one folder"),
        ("id,name\na/b,A\n", "line 2: the id a/b cannot be a folder name"),
        ("id,name\n..,A\n", "starts or ends with a dot"),
        ("id,name\n.a,A\n", "starts or ends with a dot"),
        ("id,name\nnul,A\n", "is a name that is taken"),
        ("id,name\nmanifest.csv,A\n", "is a name that is taken"),
        ("id,name\na@1,A\n", "ends like an attempt"),
        ("id,name\n,A\n", "needs an id and a name"),
        ("id,name\na,A,x\n", "3 cells, and 2 columns"),
        ('id,name\na,"A\n', "roster.csv, line"),
        ("nr,name\n1,A\n", "has no column id"),
        ("id,name\n", "names nobody"),
        ("", "names nobody"),
    ],
)
def test_rosters_that_are_refused(collect, roster, said):
    """What is wrong with a roster is said in one sentence, and nothing is written."""
    done, out = collect("folder", {"ada/x.py": b""}, roster=roster)
    assert done.exit_code == 2
    assert said in done.output
    assert not out.exists()


@pytest.mark.parametrize(
    ("text", "ids", "names"),
    [
        ("\ufeffid;name\r\n1;Kim, Bo\r\n", ["1"], ["Kim, Bo"]),
        ('ID\tName\n1\t"Bo ""B"" Kim"\n', ["1"], ['Bo "B" Kim']),
        (
            "Student,ID,SIS User ID,SIS Login ID,Section,HW (5)\n"
            "    Points Possible,,,,,10\n"
            '"Kim, Bo",78,s1,bkim,A,3\n"Student, Test",99,,x,A,\n',
            ["s1"],
            ["Kim, Bo"],
        ),
        ("Student,ID,SIS Login ID,Section\nA,7,,A\nB,8,b,A\n", ["7", "8"], ["A", "B"]),
        (
            "First name,Surname,ID number,Email address\nBo,Kim,,bo@x.org\n",
            ["bo@x.org"],
            ["Bo Kim"],
        ),
    ],
)
def test_rosters_of_others(tmp_path, text, ids, names):
    """Separators, a BOM, quotes, and what Canvas and Moodle export are read."""
    (tmp_path / "roster.csv").write_text(text, encoding="utf-8")
    students = rosters.read(tmp_path / "roster.csv").students
    assert [one.id for one in students] == ids
    assert [one.name for one in students] == names


def test_a_roster_in_another_encoding(tmp_path):
    """What Excel writes in Korea is refused with the way out."""
    (tmp_path / "roster.csv").write_bytes("id,name\n1,김민수\n".encode("cp949"))
    with pytest.raises(ValueError, match="not UTF-8 in line 2; save it as CSV UTF-8"):
        rosters.read(tmp_path / "roster.csv")


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("José Núñez", "nunez  JOSE"),
        ("Núñez, José", "José Núñez"),
        ("Ada van der Berg", "van der Berg, Ada"),
        ("김민수", "민수 김"),
        ("Jean-Luc Picard", "Jean Luc Picard"),
    ],
)
def test_names_are_one_name(name, written):
    """Order, accents, case and spaces make no other person."""
    student = rosters.Student("x", name)
    assert rosters.Roster([student]).find({"name": written}) == [student]


@pytest.mark.parametrize(
    ("name", "tidy"),
    [
        ("row_mean-1.py", "row_mean.py"),
        ("row_mean (2).py", "row_mean.py"),
        ("row_mean(2).py", "row_mean.py"),
        ("123_row_mean.py", "row_mean.py"),
        ("9_row_mean-2 (1).ipynb", "row_mean.ipynb"),
        ("row_mean_2.py", "row_mean_2.py"),
        ("row_mean.PY", "row_mean.py"),
        ("12_Week3 (1).IPYNB", "Week3.ipynb"),
        ("my-file.Py", "my-file.py"),
        ("conv2d.py", "conv2d.py"),
        ("my-file.py", "my-file.py"),
        ("data-1.csv", "data-1.csv"),
        ("-1.py", "-1.py"),
    ],
)
def test_what_platforms_add_to_names_is_taken_off(name, tidy):
    """Only what no module's name can hold is taken off."""
    assert tidied(name) == tidy


def test_a_name_that_is_taken_is_left_alone(collect):
    """Two files that would get one name both keep theirs, and it is told."""
    _, out = collect("folder", {"ada/adam.py": ADA, "ada/adam (1).py": b"?"})
    assert tree(out) == {"ada/adam.py": ADA, "ada/adam (1).py": b"?"}
    assert "adam (1).py keeps its name" in rows_of(out)["ada", 1].note


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(-5, ""), (0, ""), (0.5, "00:01"), (1, "00:01"), (61, "01:01"), (6000, "100:00")],
)
def test_how_late(minutes, said):
    """A begun minute is a minute, and hours may be many."""
    due = datetime(2026, 9, 23, 12, tzinfo=timezone(timedelta(hours=9)))
    assert late_by((due + timedelta(minutes=minutes)).astimezone(UTC), due) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-09-23 11:00:30.123456789 Z", "2026-09-23T11:00:30.123456+00:00"),
        ("2026-09-23 11:00:30 -0700", "2026-09-23T11:00:30-07:00"),
        ("2026-09-23 11:00:30 UTC", "2026-09-23T11:00:30+00:00"),
        ("Wednesday, September 23, 2026, 9:00 PM", "2026-09-23T21:00:00"),
        ("23 September 2026, 21:00", "2026-09-23T21:00:00"),
        ("2026년 9월 23일 수요일, 오후 12:05", "2026-09-23T12:05:00"),
        ("2026년 9월 23일(수) 오전 12:05", "2026-09-23T00:05:00"),
        ("2026年09月23日(水) 21:00", "2026-09-23T21:00:00"),
        ("2026年 9月 23日 星期三 下午 9:00", "2026-09-23T21:00:00"),
        ("2026-09-23, noon 9:00", None),
        ("2026년 9월 23일 오후 13:05", None),
        ("2026년 13월 23일 13:05", None),
        ("Mittwoch, 23. September 2026, 13:05", None),
        ("2026년 9월 23일", None),
        ("20260923", None),
        ("-", None),
        ("", None),
    ],
)
def test_times_of_platforms(text, said):
    """A time is read as it is written, with or without its offset, or not at all."""
    found = instant(text)
    assert (found and found.isoformat()) == said


@pytest.mark.parametrize(
    "line",
    [
        "  - :name: !binary |-",
        "  - :name: *1",
        '  - :name: "broken',
        "  - :name: 'broken",
        "  - :name: [a, b]",
        "  something else",
    ],
)
def test_yaml_that_is_not_read(line):
    """Submitters in any other form are refused, with the line at which that is seen."""
    with pytest.raises(ValueError, match=r"line [34]: "):
        gradescope(f"submission_1:\n  :submitters:\n{line}\n")


def test_a_submission_cannot_be_listed_twice():
    """Nobody takes another's place in Gradescope's list."""
    with pytest.raises(ValueError, match="line 3: a is listed twice"):
        gradescope("a:\n  :created_at: x\na:\n")


@pytest.mark.parametrize("name", ["a/../b", "..", "/a", "C:x", "a/. ./b", "x" * 256, "\\\\a\\b"])
def test_paths_that_lead_out(name):
    """A path either stays in its folder or is refused."""
    with pytest.raises(Refused):
        safe_path(name)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--keep", "first"], "'first' is not one of"),
        (["--assignment", "gone.toml"], "gone.toml cannot be read"),
        (["--out", "."], "holds something already"),
    ],
)
def test_wrong_commands(collect, options, said):
    """A wrong option ends with 2 and one sentence, and nothing is written."""
    done, out = collect("folder", {"ada/x.py": b""}, *options)
    assert done.exit_code == 2
    assert said in done.output
    assert not out.exists()


def test_nothing_that_exists_is_overwritten(collect, tmp_path):
    """A folder that holds something is not changed; an empty one is filled."""
    (tmp_path / "out").mkdir()
    done, out = collect("folder", {"ada/x.py": ADA})
    assert done.exit_code == 0
    done, out = collect("folder", {"bo/x.py": b""})
    assert done.exit_code == 2
    assert tree(out) == {"ada/x.py": ADA}


def test_a_manifest_is_read_as_it_was_written(tmp_path):
    """Rows survive the file."""
    rows = [
        manifest.Row("a", "Kim, 민수", "2026-09-23T13:05:00+02:00", 2, "01:05", "x; y", 'a "b"')
    ]
    (tmp_path / "manifest.csv").write_bytes(manifest.as_bytes(rows))
    assert manifest.read(tmp_path / "manifest.csv") == rows
    (tmp_path / "manifest.csv").write_text("id,name\na,b\n")
    with pytest.raises(ValueError, match="has no column handed_in"):
        manifest.read(tmp_path / "manifest.csv")
    (tmp_path / "manifest.csv").write_text(",".join(manifest.COLUMNS) + "\na,b,,no,,,\n")
    with pytest.raises(ValueError, match="line 2 is no line of a manifest"):
        manifest.read(tmp_path / "manifest.csv")


def test_the_course_that_is_named_has_no_students(collect, elsewhere, tmp_path):
    """A student's folder named like a module would be one: wherever the command is typed."""
    files = {"ann/half.py": b"x\n"}
    roster = "id,name\nwarmup,Ann Lee\n"
    options = ("--yes", "--course", str(elsewhere.root))
    done, _ = collect("folder", files, *options, roster=roster)
    assert done.exit_code == 2
    assert "warmup" in done.output
    assert "module" in done.output
