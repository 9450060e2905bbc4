"""What each platform's download says, and what it does not: groups, people, and wrong downloads."""

import shutil

import pytest

from torchkata.grading.records import read_batch_info
from torchkata.platforms import roster as rosters
from torchkata.platforms.sources import TITLES

from conftest import HERE
from downloads import ADA, DUE, packed, rows_of, tree

ALONE = DUE.replace("groups = true", "")
SUBMISSION = "assignsubmission_file_"
YML = b"submission_1:\n  :submitters:\n  - :name: Bo Kim\n    :email: bo@x.org\n"
PAIR = b"submission_1:\n  :submitters:\n  - :email: bo@x.org\n  - :email: ms@x.org\n"

# --- Groups ---------------------------------------------------------------------------------------


@pytest.fixture
def given(tmp_path):
    """The options that name the assignment."""
    return ["--assignment", tmp_path / "assignment.toml"]


def test_a_tutorial_group_shares_nothing_unless_the_assignment_says_so(collect, given):
    """A roster's column `group` is ignored, and that is said, with what would share."""
    done, out = collect("folder", {"bo/x.py": b"b"}, *given, due=ALONE)
    assert done.exit_code == 0, done.output
    assert tree(out) == {"bo/x.py": b"b"}
    assert "the roster's groups share nothing: groups = true" in done.output
    assert "nothing from 3: Lovelace, Ada (ada), José Núñez (jose)" in done.output


def test_groups_share_where_declared_and_the_preview_says_who(collect, given):
    """Each group is shown with its members and the hand-in that they share."""
    done, out = collect("folder", {"bo/x.py": b"b", "ada/x.py": ADA}, *given)
    assert tree(out) == {"bo/x.py": b"b", "jose/x.py": b"b", "ada/x.py": ADA}
    assert "1 hand-in shared by a group:\n  bo: Bo Kim (bo), José Núñez (jose)\n" in done.output
    assert "share nothing" not in done.output


def test_what_a_platform_declares_needs_no_groups(collect, given):
    """Gradescope's submitters share with each other, and with nobody else of their groups."""
    files = {"submission_metadata.yml": PAIR, "submission_1/x.py": b"x"}
    roster = "id,name,email,group\nbo,Bo,bo@x.org,g\nms,M,ms@x.org,\njose,J,j@x.org,g\n"
    for due in (ALONE, DUE):
        done, out = collect("gradescope", files, *given, roster=roster, due=due)
        assert tree(out) == {"bo/x.py": b"x", "ms/x.py": b"x"}, done.output
        assert "submission_1: Bo (bo), M (ms)" in done.output
        out.rename(out.with_name(f"out-{len(due)}"))


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("moodle", f"pair_17_{SUBMISSION}/x.py"),
        ("brightspace", "17-4 - pair - Sep 23, 2026 105 PM/x.py"),
        ("github", "hw1-pair/x.py"),
    ],
)
def test_a_teams_folder_is_its_members_only_if_groups_are_declared(collect, given, kind, name):
    """A team without its members' names is nobody's, or goes to those whom the roster names."""
    done, out = collect(kind, {name: b"x"}, *given, due=ALONE)
    assert done.exit_code == 1
    assert "groups = true in assignment.toml gives it to its members" in done.output
    done, out = collect(kind, {name: b"x"}, *given)
    assert tree(out) == {"bo/x.py": b"x", "jose/x.py": b"x"}


def test_a_members_copy_without_declared_groups_is_one_persons(collect, given):
    """Older Moodle writes a group before each member's name; each gets the own copy alone."""
    files = {f"pair-Bo Kim_505_{SUBMISSION}/x.py": b"b"}
    _, out = collect("moodle", files, *given, due=ALONE)
    assert tree(out) == {"bo/x.py": b"b"}


def test_a_canvas_group_set_without_declared_groups_says_who_gets_nothing(collect, given):
    """The representative gets it, and a note says that it is the group's."""
    files = {"pair_78_1_x.py": b"x"}
    _, out = collect("canvas", files, *given, due=ALONE)
    assert tree(out) == {"bo/x.py": b"x"}
    assert "It is the group pair's" in rows_of(out)["bo", 1].note
    out.rename(out.with_name("first"))
    _, out = collect("canvas", files, *given)
    assert tree(out) == {"bo/x.py": b"x", "jose/x.py": b"x"}


def test_a_number_whose_name_is_anothers_is_told(collect):
    """What has a student's number and somebody else's name is given by the number, with a note."""
    _, out = collect("canvas", {"owls_78_1_x.py": b"x", "김보_80_2_y.py": b"y"})
    rows = rows_of(out)
    said = "The name that the download has for it is not this student's."
    assert said in rows["bo", 1].note
    # Whose it is not is in `from`, and not in what the student is told.
    assert (rows["minsu", 1].note, "김보" in rows["minsu", 1].source) == (said, True)


def test_an_old_batch_without_groups_is_read(tmp_path):
    """It was graded when assignments knew none."""
    shutil.copy(HERE / "formats" / "batch-1.json", tmp_path / "batch.json")
    kept = read_batch_info(tmp_path).assignment
    assert (kept.groups, kept.timezone) == (False, "")


def test_of_partners_who_both_handed_in_the_last_counts(collect, given):
    """Canvas numbers files as they come in."""
    files = {"kimbo_78_9_x.py": b"first", "nunezjose_79_10_x.py": b"last"}
    _, out = collect("canvas", files, *given)
    assert tree(out) == {"bo/x.py": b"last", "jose/x.py": b"last"}


def test_groups_that_the_roster_does_not_have_are_told(collect, given):
    """Where sharing is declared, and the roster names no group of two."""
    done, _ = collect("folder", {"a/x.py": b""}, *given, roster="id,name,group\na,A,\nb,B,solo\n")
    assert "puts no two students together, so nobody shares anything" in done.output


# --- Canvas ---------------------------------------------------------------------------------------


def test_files_of_one_attempt_are_all_kept_whatever_they_are_called(collect):
    """Canvas gives the last attempt alone: no file of it is a version of another."""
    files = {"kim_78_1_lab-1.ipynb": b"1", "kim_78_2_lab-2.ipynb": b"2", "kim_78_3_a.py": b"a"}
    done, out = collect("canvas", files)
    assert tree(out) == {"bo/lab-1.ipynb": b"1", "bo/lab-2.ipynb": b"2", "bo/a.py": b"a"}
    assert "lab-2.ipynb keeps its name: another file is lab.ipynb too." in done.output


def test_two_files_of_one_name_are_both_kept(collect):
    """The newest has the name, and the other one a number."""
    _, out = collect("canvas", {"kim_78_9_x.py": b"9", "kim_78_10_x.py": b"10"})
    assert tree(out) == {"bo/x.py": b"10", "bo/x (1).py": b"9"}


def test_a_file_called_like_canvas_does_takes_nobodys_place(collect):
    """Numbers in the name that a student chose are no student's numbers."""
    roster = "id,name,canvas_id\nada,Ada Lovelace,77\nbo,Bo Kim,\n"
    _, out = collect("canvas", {"kimbo_999_50_77_12_adam.py": b"b"}, roster=roster)
    assert tree(out) == {"bo/adam.py": b"b"}


def test_an_anonymous_download_says_what_to_do(collect):
    """Nobody can be told, and one sentence names the way out; ids of a roster are another."""
    files = {"anon_a1b2c_11_x.py": b"x", "LATE_anon_12345_12_x.py": b"y"}
    done, out = collect("canvas", files)
    assert done.exit_code == 2
    assert "the download is anonymous" in done.output
    assert "give a roster with ids like anon_12345" in done.output
    roster = "id,name\nanon_a1b2c,A\nanon_12345,B\n"
    done, out = collect("canvas", files, roster=roster)
    assert tree(out) == {"anon_a1b2c/x.py": b"x", "anon_12345/x.py": b"y"}
    assert "Late, as the platform says." in rows_of(out)["anon_12345", 1].note


def test_what_was_typed_into_canvas_is_kept_and_told(collect):
    """A text or an address is no file."""
    done, out = collect("canvas", {"kim_78_text.html": b"def x", "kim_LATE_78_1_a.py": b"a"})
    assert tree(out) == {"bo/text.html": b"def x", "bo/a.py": b"a"}
    assert "text.html: typed into Canvas, and no file." in done.output


def test_a_gradebook_with_two_columns_for_names_is_a_roster(tmp_path):
    """`LastName,FirstName`, without columns of the school's own numbers."""
    text = (
        "LastName,FirstName,ID,Section,HW (5)\n    Points Possible,,,,10\n"
        '"Kim, Jr.",Bo,78,A,EX\nStudent,Test,99,A,\n'
    )
    (tmp_path / "roster.csv").write_text(text)
    [student] = rosters.read(tmp_path / "roster.csv").students
    assert (student.id, student.name) == ("78", "Bo Kim, Jr.")


# --- Moodle ---------------------------------------------------------------------------------------

GERMAN = """\
ID,Vollständiger Name,E-Mail-Adresse,Status,Zuletzt geändert (Abgabe),Zuletzt geändert (Bewertung)
Teilnehmer/in 501,Ada L.,ada@x.org,,{submitted},-
Teilnehmer/in 502,Bo K.,bo@x.org,,-,-
"""
FILES = {f"Ada L._501_{SUBMISSION}/x.py": ADA}


def test_a_translated_worksheet_is_read_by_what_is_in_it(collect, given):
    """Participants are known by their numbers, and times by being times."""
    sheet = GERMAN.format(submitted="2026-09-23 13:05").encode()
    done, out = collect("moodle", {**FILES, "g.csv": sheet}, *given)
    assert done.exit_code == 0, done.output
    row = rows_of(out)["ada", 1]
    assert (row.handed_in, row.late_by) == ("2026-09-23T13:05:00+02:00", "01:05")


def test_a_worksheet_whose_times_are_not_known_is_told(collect, given):
    """Nobody is late then, and a sentence says so with the headers."""
    sheet = GERMAN.format(submitted='"Mittwoch, 23. September 2026, 13:05"').encode()
    done, out = collect("moodle", {**FILES, "g.csv": sheet}, *given)
    assert "when they came in is unknown, and nobody is late: g.csv: none of its" in done.output
    assert "zuletzt geändert (abgabe)" in done.output
    assert rows_of(out)["ada", 1].handed_in == ""


@pytest.mark.parametrize(
    ("sheet", "said"),
    [
        (None, "put Moodle's grading worksheet, a CSV file, beside the folders"),
        ("이름,시간\n1,2\n".encode("cp949"), "not used: g.csv is not UTF-8 in line 1"),
        (b"Identifier,Last modified (submission)\nParticipant 9,-\n", "the worksheet says no time"),
    ],
)
def test_no_usable_worksheet_is_told(collect, given, sheet, said):
    """Without one that can be read, nobody is late, never without a word."""
    roster = "id,name\nada,Ada L.\n"
    files = FILES if sheet is None else {**FILES, "g.csv": sheet}
    done, _ = collect("moodle", files, *given, roster=roster)
    assert done.exit_code == 0, done.output
    assert said in done.output
    assert "1 hand-in has no submission time, and counts as in time" in done.output


def test_another_table_beside_the_folders_is_not_lost_in_silence(collect):
    """What is no worksheet is nobody's."""
    done, _ = collect("moodle", {f"Bo Kim_1_{SUBMISSION}/x.py": b"", "t.csv": b"a,b\nc,d\n"})
    assert "t.csv: it is no grading worksheet of Moodle" in done.output


def test_blind_marking_is_matched_by_number_or_told(collect):
    """`Participant 501` is the one who has that `moodle_id`."""
    files = {f"Participant_501_{SUBMISSION}/x.py": b"x"}
    done, _ = collect("moodle", files)
    assert "marking is blind; a column moodle_id in the roster" in done.output
    _, out = collect("moodle", files, roster="id,name,moodle_id\nada,Ada,501\n")
    assert tree(out) == {"ada/x.py": b"x"}


def test_a_groups_number_is_no_participants(collect):
    """Where teams hand in, a team that the roster does not have is nobody's."""
    roster = "id,name,moodle_id,group\nada,Ada,17,\nbo,Bo,18,pair\njose,J,19,pair\n"
    files = {f"pair_40_{SUBMISSION}/x.py": b"", f"owls_17_{SUBMISSION}/x.py": b""}
    files[f"Default group_{SUBMISSION}/x.py"] = b""
    done, _ = collect("moodle", files, roster=roster)
    assert "owls_17: owls is not in the roster" in done.output
    assert "Default group: those without a group handed it in" in done.output
    assert "0 of 3 students handed in" in done.output


def test_a_row_of_another_with_the_same_number_says_nothing_of_a_team(collect, given):
    """A team's number may be a participant's; its members' rows say when it handed in."""
    sheet = """\
Identifier,Full name,Email address,Last modified (submission)
Participant 17,Ada Lovelace,ada@x.org,"Wednesday, 23 September 2026, 9:05 AM"
Participant 18,Bo Kim,bo@x.org,"Wednesday, 23 September 2026, 1:05 PM"
Participant 19,José Núñez,jose@x.org,"Wednesday, 23 September 2026, 1:05 PM"
"""
    files = {"g.csv": sheet.encode(), f"pair_17_{SUBMISSION}/x.py": b"p"}
    _, out = collect("moodle", files, *given)
    assert tree(out) == {"bo/x.py": b"p", "jose/x.py": b"p"}
    assert {row.late_by for row in rows_of(out).values() if row.attempt} == {"01:05"}


def test_a_team_that_the_roster_does_not_have_is_nobodys(collect):
    """Not that of the participant with the group's number."""
    sheet = b"Identifier,Full name,Email address\nParticipant 17,Ada Lovelace,ada@x.org\n"
    done, _ = collect("moodle", {"g.csv": sheet, f"owls_17_{SUBMISSION}/x.py": b"p"})
    assert "owls_17: owls is not in the roster" in done.output


def test_blind_marking_in_another_language_is_matched_by_number(collect):
    """All participants have one name there, whatever it is."""
    files = {f"Teilnehmer_in_{n}_{SUBMISSION}/x.py": b"%d" % n for n in (501, 502)}
    done, _ = collect("moodle", files)
    assert "marking is blind; a column moodle_id" in done.output
    _, out = collect("moodle", files, roster="id,name,moodle_id\nada,A,501\nbo,B,502\n")
    assert tree(out) == {"ada/x.py": b"501", "bo/x.py": b"502"}
    assert {row.note for row in rows_of(out).values()} == {""}


def test_a_worksheet_may_be_beside_the_unpacked_folder(collect, given):
    """Where a teacher puts it."""
    sheet = GERMAN.format(submitted="2026-09-23 13:05").encode()
    files = {"g.csv": sheet, **{f"HW 1/{name}": data for name, data in FILES.items()}}
    _, out = collect("moodle", files, *given)
    assert rows_of(out)["ada", 1].late_by == "01:05"


def test_a_file_without_a_name_of_its_own_is_kept(collect):
    """Nothing is lost since a platform leaves a name out."""
    _, out = collect("moodle", {f"Bo Kim_5_{SUBMISSION}": b"x"})
    assert tree(out) == {f"bo/Bo Kim_5_{SUBMISSION}": b"x"}


# --- Blackboard, Brightspace, Google Classroom ----------------------------------------------------


def test_blackboards_text_says_whose_an_attempt_is(collect):
    """Underscores may be in the assignment's name and in usernames; the first line tells."""
    roster = "id,name,login\n1,A,x_kim\n2,B,kim\n"
    head = "HW_x_kim_attempt_2026-09-23-10-00-00"
    done, _ = collect("blackboard", {f"{head}_a.py": b"a"}, roster=roster)
    assert "its name ends like nobody's username, or like several" in done.output
    receipt = "이름\uff1a B (kim)\n".encode()
    _, out = collect("blackboard", {f"{head}_a.py": b"a", f"{head}.txt": receipt}, roster=roster)
    assert tree(out) == {"2/a.py": b"a", "2/Blackboard.txt": receipt}


def test_a_file_called_like_blackboard_does_takes_nobodys_place(collect):
    """The first attempt in a name is Blackboard's; a student may have typed the second."""
    name = "HW_bkim_attempt_2026-09-23-10-00-00_HW_alovelace_attempt_2027-01-01-00-00-00_a.py"
    _, out = collect("blackboard", {name: b"b"})
    assert list(tree(out)) == ["bo/HW_alovelace_attempt_2027-01-01-00-00-00_a.py"]


def test_brightspace_times_have_no_colon(collect, given):
    """105 PM is five past one, and a time that is not read is told."""
    files = {
        "5-7 - Ada Lovelace - Sep 23, 2026 105 PM/x.py": b"x",
        "6-7 - Bo Kim - 23 sept. 2026 13h05/x.py": b"y",
    }
    done, out = collect("brightspace", files, *given)
    rows = rows_of(out)
    assert rows["ada", 1].late_by == "01:05"
    assert rows["bo", 1].handed_in == ""
    assert "Brightspace writes times like '23 sept. 2026 13h05', which are not read" in done.output


def test_google_classroom_matches_ids_names_and_folders(collect):
    """A part of a file's name, or a folder's, says whose it is; a word alone does not."""
    roster = "id,name,login\ns1,Ada Lovelace,adam\ns2,김민수,ms\ns3,Bo Kim,bk\n"
    files = {
        "Ada Lovelace - half.py": b"a",
        "s1_third.py": b"a2",
        "fourth_김민수.ipynb": b"m",
        "bk/fifth.py": b"b",
    }
    done, out = collect("google-classroom", files, roster=roster)
    assert done.exit_code == 0, done.output
    assert tree(out) == {
        "s1/half.py": b"a", "s1/third.py": b"a2", "s2/fourth.ipynb": b"m", "s3/fifth.py": b"b",
    }  # fmt: skip
    out.rename(out.with_name("first"))
    done, out = collect("google-classroom", {"adam.py": b"whose?"}, roster=roster)
    assert done.exit_code == 1
    assert "its name does not say whose it is; put it into a folder" in done.output


# --- The wrong platform, and damage ---------------------------------------------------------------

LIKE = {
    "canvas": {"kimbo_78_1_x.py": b"b"},
    "moodle": {f"Bo Kim_501_{SUBMISSION}x.py": b"b"},
    "blackboard": {"HW_bkim_attempt_2026-09-23-13-05-22_x.py": b"b"},
    "brightspace": {"7-8 - Bo Kim - Sep 23, 2026 105 PM/x.py": b"b"},
    "gradescope": {"submission_metadata.yml": YML, "submission_1/x.py": b"b"},
}


@pytest.mark.parametrize("kind", [*TITLES])
@pytest.mark.parametrize("real", [*LIKE])
def test_a_wrong_platform_is_one_sentence_with_a_guess(collect, real, kind):
    """Whichever platform a download is from, another one's name gets the right one told."""
    done, out = collect(kind, LIKE[real])
    if kind == real:
        assert tree(out)["bo/x.py"] == b"b"
    else:
        assert done.exit_code == 2
        said = f"the download looks like one of {TITLES[real]}: --from {real}"
        assert done.output.splitlines()[-1] == f"kata collect: {said}"
        assert not out.exists()


def test_names_that_look_like_a_platforms_may_be_known(collect):
    """Where people choose names, those whom the roster knows get the files."""
    roster = "id,name\n2026_1_77_kim,Bo\n2026_1_78_lee,Ada\n"
    files = {"2026_1_77_kim/x.py": b"k", "2026_1_78_lee/x.py": b"l"}
    _, out = collect("folder", files, roster=roster)
    assert tree(out) == files


@pytest.mark.parametrize("kind", ["canvas", "moodle", "blackboard", "brightspace"])
def test_a_download_of_no_platform_is_one_sentence(collect, kind):
    """Files that no platform calls so are told once, with the way out."""
    done, _ = collect(kind, {"ada/x.py": b"", "bo/y.py": b"", "notes.txt": b""})
    assert done.exit_code == 2
    assert "nothing in the download is named as" in done.output
    assert "--from folder takes folders" in done.output


def test_one_reason_for_many_is_said_once(collect):
    """Not a line for each of a class."""
    files = {f"HW{n}_stranger_attempt_2026-09-23-13-05-22_x.py": b"" for n in range(9)}
    done, _ = collect("blackboard", files)
    assert done.output.count("ends like nobody's username") == 1
    assert "and 6 more: its name ends like" in done.output


@pytest.mark.parametrize("kind", [*TITLES])
@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04", b"\x00" * 99, b"PK\x05\x06" + bytes(18), packed({"a": b"a"})[:-9]]
)
def test_a_damaged_or_empty_download_is_one_sentence(collect, tmp_path, kind, data):
    """Whatever the file holds, there is one sentence, status 2, and nothing is written."""
    (tmp_path / "download").write_bytes(data)
    done, out = collect(kind, {})
    assert done.exit_code == 2
    assert "kata collect: " in done.output.splitlines()[-1]
    assert "Traceback" not in done.output
    assert not out.exists()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("submission_1:\n".encode("utf-16"), "is not UTF-8"),
        ("이름".encode("cp949"), "is not UTF-8"),
        (b"\x00\x01", "is not YAML"),
        (b"", "lists no submission"),
    ],
)
def test_a_damaged_list_of_gradescope_is_one_sentence(collect, data, said):
    """What cannot be read of it is told, and nothing is written."""
    done, _ = collect("gradescope", {"submission_metadata.yml": data, "submission_1/x.py": b""})
    assert done.exit_code == 2
    assert said in done.output.splitlines()[-1]


def test_what_is_beside_an_export_of_gradescope_is_nobodys(collect):
    """A second export in the same folder is not lost in silence."""
    files = {f"a/{name}": data for name, data in LIKE["gradescope"].items()}
    done, _ = collect("gradescope", {**files, "b/submission_2/x.py": b""})
    assert "b/submission_2/x.py: it is not in a, beside submission_metadata.yml" in done.output


def test_what_is_beside_repositories_is_told(collect):
    """Loose files, and tables that list no repository, are named."""
    files = {"hw1-bo/x.py": b"", "hw1-ada-l/x.py": b"", "n.txt": b"", "t.csv": b"a,b\n1,2\n"}
    done, _ = collect("github", files)
    assert "not used: n.txt is in no repository" in done.output
    assert "not used: t.csv lists no repository" in done.output


# --- Rosters --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["exercises", "graders", "recorded", "records", "Files", "before", "batch.json", "x.ipynb"],
)
def test_an_id_that_is_a_name_of_the_layout_is_refused(collect, name):
    """It would be taken for what kata writes; the line is told."""
    done, _ = collect("folder", {"a/x.py": b""}, roster=f"id,name\na,A\n{name},B\n")
    assert done.exit_code == 2
    assert f"line 3: the id {name} is what kata calls a folder or a file" in done.output


def test_an_id_that_is_a_module_of_the_course_at_hand_is_refused(
    collect, tmp_path, monkeypatch, elsewhere
):
    """In a course's folder its modules are known; elsewhere they are not."""
    files, roster = {"warmup/x.py": b"x"}, "id,name\nwarmup,Wanda\n"
    _, out = collect("folder", files, roster=roster)
    assert tree(out) == files
    out.rename(out.with_name("first"))
    monkeypatch.chdir(elsewhere.root)
    done, _ = collect("folder", files, roster=roster)
    assert "line 2: the id warmup is what kata calls" in done.output
