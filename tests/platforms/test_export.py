"""What platforms read: exact points, nothing invented, and no trap of theirs walked into."""

import base64
import csv
import io
import json
import os
import re
from datetime import datetime, timedelta
from xml.etree import ElementTree

import junitparser
import pytest
import typer
from typer.testing import CliRunner

from torchkata.cli.export import add_to
from torchkata.grading import records
from torchkata.grading.records import BatchInfo, Graded, Record
from torchkata.grading.results import Earned, Result, Results
from torchkata.platforms.exporters import FORMATS, OF_ONE
from torchkata.platforms.exporters.common import NotExported, Options, number

from conftest import HERE

DUE = datetime.fromisoformat("2026-12-05T09:00:00+09:00")


def earned(exercise, points, of=2, verdict="", cases=None, **more):
    """What an exercise brought."""
    verdict = verdict or ("passed" if points == of else "wrong")
    cases = {"one": "passed", "two": verdict} if cases is None else cases
    text = f"{exercise}  {verdict}\n  loss: expected 1.2, got < 3 & \x00nan"
    return Earned(exercise, verdict, points, of, cases, text, 0.25, **more)


ADA = Result("ada", 'Lovelace, "Ada"', (earned("loss/a", 2), earned("loss/b", 4.5, 4.5)), DUE)
BO = Result("bo", "=1+1", (earned("loss/a", 2 / 3), earned("loss/b", 0, 4.5, "error")), DUE)
MINSU = Result(
    "minsu", "김민수", (earned("loss/a", 2), earned("loss/b", 3, 4.5, by_hand="she, 'so'")),
    DUE + timedelta(hours=26), timedelta(hours=26), 1,
)  # fmt: skip
DANA = Result("dana", "Dana | Scully", note="nothing was handed in")
REJECTED = Result("eve", "", (earned("loss/a", 0, 2, "rejected", {}),), note="`x`\nand more")
CLASS = Results(
    "Week 3", (ADA, BO, DANA, REJECTED, MINSU), "2026-12-06T00:00:00+00:00", "sandbox",
    {"loss/a": 2, "loss/b": 4.5},
)  # fmt: skip
FIELDS = dict.fromkeys(("classroom", "assignment", "owner", "commit", "release", "review"), "x")
FIELDS |= {"submission": "submit/1", "datetime": "2026-12-05T00:00:00Z"}
GRADEBOOK = '''\
Student,ID,SIS User ID,SIS Login ID,Section,Week 2 (11),Week 3 (12),Current Score
    Points Possible,,,,,5,6.5,(read only)
"Lovelace, ""Ada""",101,ada,al@x.org,A,5,,90
김민수,102,minsu,minsu,A,4,1,80
"Doe, Jo",103,jo,jo,A,4,6,80
"Student, Test",999,,abc,A,,,
'''


def exported(to, results=CLASS, student="", **options):
    """The text of a format."""
    options.setdefault("fields", FIELDS)
    return FORMATS[to](results, Options(student, **options))


@pytest.fixture
def gradebook(tmp_path):
    """A file as Canvas exports it."""
    path = tmp_path / "gradebook.csv"
    path.write_bytes(b"\xef\xbb\xbf" + GRADEBOOK.encode())
    return path


def test_golden_files_of_all_formats(gradebook):
    """What is read by others is read by somebody here first. UPDATE_GOLDEN=1 writes them."""
    endings = {"junit": "xml", "markdown": "md", "github-classroom": "txt"}
    endings |= {"canvas": "csv", "moodle": "csv", "csv": "csv"}
    for name in FORMATS:
        options = {"student": "minsu"} if name in OF_ONE else {}
        options |= {"by": "idnumber"} if name == "moodle" else {}
        options |= {"existing": "replace"} if name == "canvas" else {}
        text = exported(name, gradebook=gradebook, round_down=True, **options)
        path = HERE / "golden" / "export" / f"{name}.{endings.get(name, 'json')}"
        if os.environ.get("UPDATE_GOLDEN"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
        assert path.read_bytes().decode() == text, name


@pytest.mark.parametrize(
    ("points", "text"),
    [
        (2.0, "2"),
        (0.5, "0.5"),
        (2 / 3, "0.6667"),
        (0.00001, "0"),
        (-0.00001, "0"),
        (1e6, "1000000"),
    ],
)
def test_points_are_written_plainly(points, text):
    """To four places, and never as 2.0 or 1e-05."""
    assert number(points) == text


@pytest.mark.parametrize("student", ["ada", "bo", "minsu", "dana", "eve"])
def test_every_platform_gets_the_same_points(student, gradebook):
    """Those of the results, after lateness and with points by hand."""
    (result,) = (one for one in CLASS.students if one.student == student)
    points = round(result.points or 0, 4)
    assert json.loads(exported("gradescope", student=student))["score"] == pytest.approx(points)
    runner = json.loads(base64.b64decode(exported("github-classroom", student=student)))
    assert sum(test["score"] for test in runner["tests"]) == pytest.approx(points, abs=2e-4)
    suite = ElementTree.fromstring(exported("junit", student=student)).find("testsuite")
    properties = {one.get("name"): one.get("value") for one in suite.iter("property")}
    assert float(properties["points"] or 0) == pytest.approx(points)
    rows = {row[0]: row for row in csv.reader(io.StringIO(exported("csv")))}
    assert float(rows[student][2] or 0) == pytest.approx(points)
    data = {one["student"]: one for one in json.loads(exported("json"))["students"]}
    assert (data[student]["points"] or 0) == pytest.approx(points)


@pytest.mark.parametrize("student", [one.student for one in CLASS.students])
def test_what_readers_of_one_submission_need(student):
    """At least one test, `line_no`, a pass only for all points, and unique names."""
    runner = json.loads(base64.b64decode(exported("github-classroom", student=student)))
    assert runner["tests"]
    assert runner["max_score"]
    for test in runner["tests"]:
        assert {"name", "status", "score", "line_no", "filename", "test_code"} <= test.keys()
        assert test["line_no"] == 0
    assert (runner["status"] == "pass") == (student == "ada")
    tests = json.loads(exported("gradescope", student=student))["tests"]
    assert tests
    for test in tests:
        whole = test["score"] == test["max_score"] and test["max_score"] > 0
        assert (test["status"] == "passed") == whole
    suite = ElementTree.fromstring(exported("junit", student=student)).find("testsuite")
    names = [(case.get("classname"), case.get("name")) for case in suite.iter("testcase")]
    assert names
    assert len(names) == len(set(names))
    assert int(suite.get("tests")) == len(names)


def test_junit_is_xml_whatever_an_answer_says():
    """Characters that XML lacks are replaced; a message has 500 characters, the element all."""
    long = Result("a", "", (earned("m/e", 0, 2, "wrong", {"c": "wrong"}),))
    text = exported("junit", Results("t", (long,)))
    assert "\x00" not in text
    failure = ElementTree.fromstring(text).find(".//failure")
    assert "got < 3 & _nan" in failure.text
    assert len(failure.get("message")) <= 500


@pytest.mark.parametrize("student", [one.student for one in CLASS.students])
def test_a_reader_of_junit_counts_the_same(student):
    """With junitparser, which others read such files with."""
    text = exported("junit", student=student)
    whole = junitparser.JUnitXml.fromstring(text.encode())
    (suite,) = whole
    counted = (suite.tests, suite.failures, suite.errors, suite.skipped)
    suite.update_statistics()
    assert counted == (suite.tests, suite.failures, suite.errors, suite.skipped)
    assert suite.tests == len(list(suite))


@pytest.mark.parametrize("verdicts", [["todo"], ["missing"], ["todo", "missing"], []])
def test_nothing_done_is_red_in_junit(verdicts):
    """A file as it was given out, or none, is a failure and nothing that was skipped."""
    parts = tuple(earned(f"m/{i}", 0, 2, one, {"c": one}) for i, one in enumerate(verdicts))
    text = exported("junit", Results("t", (Result("a", "", parts),)))
    (suite,) = junitparser.JUnitXml.fromstring(text.encode())
    assert (suite.failures, suite.skipped, suite.errors) == (max(1, len(parts)), 0, 0)
    assert suite.tests == suite.failures


def test_what_is_left_out_beside_work_is_skipped_in_junit():
    """Where something was begun, or a teacher gave points."""
    for beside in (earned("m/a", 1, 2), earned("m/a", 2, 2, "todo", by_hand="on paper")):
        whole = Results("t", (Result("a", "", (beside, earned("m/b", 0, 2, "todo"))),))
        suite = ElementTree.fromstring(exported("junit", whole)).find("testsuite")
        assert suite.find("testcase[@classname='m.b']/skipped") is not None
        assert suite.find("testcase[@classname='m.b']/failure") is None


def test_canvas_gets_its_own_rows_back(gradebook):
    """In order, with quotes and Hangul, one column filled in, and who is unknown left blank."""
    options = Options(gradebook=gradebook, existing="replace")
    text = FORMATS["canvas"](CLASS, options)
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    header = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Week 3 (12)"]
    assert rows[0] == header
    assert [row[0] for row in rows[1:]] == [
        "    Points Possible", 'Lovelace, "Ada"', "김민수", "Doe, Jo", "Student, Test",
    ]  # fmt: skip
    assert [row[-1] for row in rows[1:]] == ["6.5", "6.5", "4", "6", ""]
    assert options.strangers == ["bo", "dana", "eve"]


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        (
            GRADEBOOK.replace("Week 3 (12)", "Week 4 (12)"),
            {},
            "one of 'Week 2 (11)', 'Week 4 (12)'",
        ),
        (GRADEBOOK.replace("Week 2", "Week 3"), {}, "2 columns are called 'Week 3'"),
        (GRADEBOOK, {"column": "Week"}, "0 columns are called 'Week'"),
        ("name,points\n", {}, "is no gradebook of Canvas"),
        ("", {}, "is no gradebook of Canvas"),
    ],
)
def test_canvas_is_never_given_a_new_column(gradebook, text, options, said):
    """It would make an assignment of it; so it is asked which is meant."""
    gradebook.write_text(text)
    with pytest.raises(NotExported, match=re.escape(said)):
        exported("canvas", gradebook=gradebook, **options)


def test_canvas_with_semicolons(gradebook):
    """As it exports them where a comma is a decimal point."""
    gradebook.write_text("Student;ID;Section;Week 3 (12)\nAda;ada;A;\n")
    text = exported("canvas", gradebook=gradebook)
    assert text == "Student;ID;Section;Week 3 (12)\nAda;ada;A;6.5\n"


def by_canvas(path, rows, points, header="Student,ID,SIS User ID,SIS Login ID", **more):
    """{name: points} in Canvas's column, of rows without it, and the options as they are then."""
    lines = [f"{header},Section,Week 3 (12)", *(f"{row},A,old" for row in rows)]
    path.write_text("\n".join(lines) + "\n")
    students = (Result(one, "", (earned("m/e", had, 4),)) for one, had in points.items())
    options = Options(gradebook=path, **{"existing": "replace"} | more)
    text = FORMATS["canvas"](Results("Week 3", tuple(students), exercises={"m/e": 4}), options)
    return {row[0]: row[-1] for row in list(csv.reader(io.StringIO(text)))[1:]}, options


ONE_TWO = {"1": 4, "2": 0}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            ('"Lovelace, Ada",2,1,ada', '"Kim, Bo",1,2,bo'),
            "'Lovelace, Ada' of the gradebook is 2 by ID, and 1 by SIS User ID; say which column "
            "holds your students' ids: --by 'ID' or --by 'SIS User ID'",
        ),
        (
            ("Ada,1,,ada", "Bo,7,2,bo", "Cy,8,1,cy"),
            "1 is 'Ada' of the gradebook by ID, and 'Cy' by SIS User ID; say which column holds "
            "your students' ids: --by 'ID' or --by 'SIS User ID'",
        ),
        (
            ("Ada,7,1,ada", "Bo,8,1,bo"),
            "'Ada' and 'Bo' of the gradebook have both 1 as SIS User ID; fix it there, or export "
            "the gradebook again",
        ),
        (
            ("Ada,1,,ada", "Bo,8,,2"),
            "ID and SIS Login ID of the gradebook match equally many students, and others; say "
            "which column holds your students' ids: --by 'ID' or --by 'SIS Login ID'",
        ),
    ],
)
def test_canvas_gives_nobody_the_grade_of_another(tmp_path, rows, said):
    """Columns that do not agree on who is who are refused, and named."""
    with pytest.raises(NotExported, match=f"^{re.escape(said)}$"):
        by_canvas(tmp_path / "book.csv", rows, ONE_TWO)


def test_canvas_reads_the_column_of_ids_that_it_is_told(tmp_path):
    """With `--by`, the other columns do not count, and must be there."""
    rows = '"Lovelace, Ada",2,1,ada', '"Kim, Bo",1,2,bo'
    path = tmp_path / "book.csv"
    for column, ada, bo in (("SIS User ID", "4", "0"), ("ID", "0", "4")):
        given, _ = by_canvas(path, rows, ONE_TWO, by=column)
        assert given == {"Lovelace, Ada": ada, "Kim, Bo": bo}
    with pytest.raises(NotExported, match=r"^--by email: the gradebook has ID, SIS User ID, SIS"):
        by_canvas(path, rows, ONE_TWO, by="email")


def test_canvas_rows_are_told_apart_by_one_column(tmp_path):
    """Whom only another column knows keeps what is there, and is named with both columns."""
    rows = "Ada,71,1,ada", "Bo,72,2,bo", "Cy,73,,3", "Teacher,74,,t"
    given, options = by_canvas(tmp_path / "book.csv", rows, {**ONE_TWO, "3": 2})
    assert given == {"Ada": "4", "Bo": "0", "Cy": "old", "Teacher": "old"}
    assert options.strangers == ["3"]
    (note,) = options.notes
    assert note.startswith("only SIS Login ID of the gradebook knows 3, and most students match by")


def test_canvas_may_have_a_student_in_two_rows_of_one_name(tmp_path):
    """As of two sections: both get the points."""
    lines = "Student,ID,Section,Week 3 (12)", "Ada,ada,A,", "Ada,ada,B,"
    (tmp_path / "book.csv").write_text("\n".join(lines))
    text = exported("canvas", gradebook=tmp_path / "book.csv")
    assert text.splitlines()[1:] == ["Ada,ada,A,6.5", "Ada,ada,B,6.5"]


@pytest.mark.parametrize(
    ("there", "delimiter", "said"),
    [
        ("4", ",", "4"),
        ("10.00", ",", "10"),
        ('"1,000.50"', ",", "1000.5"),
        ("6,75", ";", "6.75"),
        ("6.50", ",", ""),
        ("6,5", ";", ""),
        ("(read only)", ",", ""),
        ("", ",", ""),
    ],
)
def test_canvas_whose_maximum_is_another_is_told_of(gradebook, there, delimiter, said):
    """Points out of something else there are another grade; they are written all the same."""
    rows = "Student|ID|Section|Week 3 (12)", f"    Points Possible|||{there}", "Ada|ada|A|"
    gradebook.write_text("\n".join(rows).replace("|", delimiter))
    options = Options(gradebook=gradebook)
    ours = "6,5" if delimiter == ";" and "," in there else "6.5"
    assert FORMATS["canvas"](CLASS, options).endswith(delimiter.join(("ada", "A", f"{ours}\n")))
    sentence = "Points Possible of 'Week 3 (12)' is {} in the gradebook, and 6.5 here: fix one of "
    assert options.notes == ([sentence.format(said) + "the two"] if said else [])


def canvas(path, text, results=CLASS, **more):
    """{name: cell} that Canvas gets, and the options as they are then."""
    path.write_text(text, encoding="utf-8")
    options = Options(gradebook=path, **more)
    rows = list(csv.reader(io.StringIO(FORMATS["canvas"](results, options))))
    return {row[0].strip(): row[-1] for row in rows[1:]}, options


def test_canvas_keeps_what_is_excused_or_not_asked_for(tmp_path):
    """EX and N/A stay, whatever wins, and are told; blanks and dashes are filled in."""
    text = (
        "Student,ID,Section,Week 3 (12)\nAda,ada,A,EX\nBo,bo,A,N/A\nMinsu,minsu,A,-\nEve,eve,A,\n"
    )
    for existing in ("", "keep", "replace"):
        given, options = canvas(tmp_path / "book.csv", text, existing=existing)
        assert given == {"Ada": "EX", "Bo": "N/A", "Minsu": "4", "Eve": "0"}
        assert options.notes == [
            "excused or not asked for in the gradebook, and left so: ada (EX), bo (N/A)"
        ]


def test_canvas_grades_that_are_there_are_never_overwritten_in_silence(tmp_path):
    """They are counted and named, and one says which wins; equal ones are as good as ours."""
    rows = "Student,ID,Section,Week 3 (12)", "Ada,ada,A,6.50", "Bo,bo,A,0.67", "Minsu,minsu,A,5"
    text = "\n".join([*rows, "Eve,eve,A,B+"])
    said = (
        "2 students have another grade in the gradebook already: eve (B+, and 0 here), minsu (5, "
        "and 4 here); say which wins: --existing keep, or --existing replace"
    )
    with pytest.raises(NotExported, match=f"^{re.escape(said)}$"):
        canvas(tmp_path / "book.csv", text)
    given, options = canvas(tmp_path / "book.csv", text, existing="keep")
    assert given == {"Ada": "6.50", "Bo": "0.67", "Minsu": "5", "Eve": "B+"}
    assert options.notes == [
        "2 students have another grade in the gradebook, and keep it: eve (B+, and 0 here), "
        "minsu (5, and 4 here)"
    ]
    given, options = canvas(tmp_path / "book.csv", text, existing="replace")
    assert given == {"Ada": "6.50", "Bo": "0.67", "Minsu": "4", "Eve": "0"}
    assert options.notes == []


def test_canvas_names_at_most_ten_of_many(tmp_path):
    """And says how many more there are."""
    names = [f"s{number:02}" for number in range(12)]
    rows = "".join(f"{name},{name},A,3\n" for name in names)
    many = Results("Week 3", tuple(Result(one, "", (earned("m/e", 1),)) for one in names))
    with pytest.raises(
        NotExported, match=r"^12 students have .*s09 \(3, and 1 here\) and 2 more; say"
    ):
        canvas(tmp_path / "book.csv", f"Student,ID,Section,Week 3 (12)\n{rows}", many)


def test_canvas_without_sis_columns_knows_people_by_the_roster(tmp_path):
    """Its ID is the roster's canvas_id, also of those who are not graded and could be confused."""
    roster = tmp_path / "roster.csv"
    roster.write_text("id,name,canvas_id,login\nada,Ada,101,al\nbo,Bo,102,\nminsu,Minsu,,\n")
    text = "Student,ID,Section,Week 3 (12)\nAda,101,A,\nBo,102,A,\nMinsu,minsu,A,\nDoe,9,A,\n"
    given, options = canvas(tmp_path / "book.csv", text, roster=roster)
    assert given == {"Ada": "6.5", "Bo": "0.6667", "Minsu": "4", "Doe": ""}
    assert options.strangers == ["dana", "eve"]
    roster.write_text("id,name,canvas_id\nzoe,Zoe,ada\nada,Ada,\n")
    with pytest.raises(NotExported, match=r"^ada and zoe both have the ID ada; fix the roster$"):
        canvas(tmp_path / "book.csv", text, roster=roster)


def test_canvas_with_first_and_last_names_in_columns_of_their_own(tmp_path):
    """As a setting of Canvas has it; both stay."""
    path = tmp_path / "book.csv"
    path.write_text(
        "LastName,FirstName,ID,Section,Week 3 (12)\n    Points Possible,,,,6.5\n"
        "Lovelace,Ada,ada,A,\nKim,Bo,bo,A,\nStudent,Test,7,A,\n"
    )
    options = Options(gradebook=path)
    assert FORMATS["canvas"](CLASS, options).splitlines() == [
        "LastName,FirstName,ID,Section,Week 3 (12)", "    Points Possible,,,,6.5",
        "Lovelace,Ada,ada,A,6.5", "Kim,Bo,bo,A,0.6667", "Student,Test,7,A,",
    ]  # fmt: skip
    assert options.notes == []


def test_canvas_with_several_sections_in_a_row(tmp_path):
    """The sections of one student are one cell, which does not change."""
    path = tmp_path / "book.csv"
    path.write_text('Student,ID,Section,Week 3 (12)\nAda,ada,"Monday, Lab 2, and Late",\n')
    text = exported("canvas", gradebook=path)
    assert text.splitlines()[1] == 'Ada,ada,"Monday, Lab 2, and Late",6.5'


def test_canvas_of_an_anonymous_assignment_is_one_sentence(tmp_path):
    """Canvas writes N/A for everybody until its grades are posted, and would import none."""
    text = "Student,ID,Section,Week 3 (12)\n    Points Possible,,,6.5\nAda,ada,A,N/A\nBo,bo,A,N/A\n"
    with pytest.raises(NotExported, match=r"^'Week 3 \(12\)' is N/A for everybody .*: post them"):
        canvas(tmp_path / "book.csv", text)


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_canvas_gets_mark_semicolons_and_decimal_commas_back_as_they_came(tmp_path, mark):
    """And formulas in names, which are its own."""
    path = tmp_path / "book.csv"
    rows = "Student;ID;Section;Week 3 (12)", "    Points Possible;;;6,50", "=Ada;ada;A;"
    path.write_text(mark + "\n".join(rows) + "\n", encoding="utf-8")
    text = exported("canvas", gradebook=path)
    assert text == f"{mark}{chr(10).join(rows)}6,5\n"


def test_moodle_is_given_nothing_that_it_refuses(tmp_path):
    """No grade above 100, no stranger by e-mail, no empty grade with feedback."""
    rows = list(csv.reader(io.StringIO(exported("moodle", by="username"))))
    assert rows[0] == ["Username", "Week 3", "Week 3 feedback"]
    assert [row[0] for row in rows[1:]] == ["ada", "bo", "eve", "minsu"]
    assert all(re.fullmatch(r"[0-9.]+", row[1]) for row in rows[1:])
    with pytest.raises(NotExported, match="no e-mail address is known of ada"):
        exported("moodle")
    roster = tmp_path / "roster.csv"
    people = [f"{one.student},{one.student},{one.student.title()}@x.org" for one in CLASS.students]
    roster.write_text("id,name,email\n" + "\n".join(people) + "\n")
    rows = list(csv.reader(io.StringIO(exported("moodle", roster=roster))))
    assert rows[1][0] == "Ada@x.org"
    many = Results("t", (Result("a", "", (earned("m/e", 101, 101),)),))
    with pytest.raises(NotExported, match="refuses grades above 100"):
        exported("moodle", many, by="username")
    assert "a,101," in exported("moodle", many, by="username", unlimited=True)


@pytest.mark.parametrize(
    ("rows", "by", "said"),
    [
        ("1,Ada,x@y.z,a\n2,Bo,x@y.z,b\n", "", "1 and 2 have one Email address, x@y.z,"),
        ("1,Ada,x@y.z,a\n2,Bo,X@Y.z,b\n", "email", "1 and 2 have one Email address, X@Y.z,"),
        ("1,Ada,x@y.z,a\n2,Bo,q@y.z,a\n", "username", "1 and 2 have one Username, a,"),
        # Who is not graded has no row, and yet would get that of the other.
        ("0,Zoe,x@y.z,c\n1,Ada,x@y.z,a\n2,Bo,q@y.z,b\n", "", "1 and 0 have one Email address,"),
        ("1,Ada,,2\n2,Bo,,\n", "username", "1 and 2 have one Username, 2,"),
    ],
)
def test_moodle_is_given_one_row_for_each_key(tmp_path, rows, by, said):
    """Two students who would be one there are refused, and both are named."""
    roster = tmp_path / "roster.csv"
    roster.write_text(f"id,name,email,login\n{rows}")
    two = Results("t", tuple(Result(one, "", (earned("m/e", 1),)) for one in "12"))
    with pytest.raises(NotExported, match=f"^{re.escape(said)}") as refused:
        exported("moodle", two, by=by, roster=roster)
    assert "fix the roster, or --by" in str(refused.value)


def test_moodle_lets_strangers_share_a_key(tmp_path):
    """Two who are not graded get no row, so what they share does no harm."""
    roster = tmp_path / "roster.csv"
    roster.write_text("id,name,email\n1,Ada,a@y.z\n2,Bo,x@y.z\n3,Cy,x@y.z\n")
    one = Results("t", (Result("1", "", (earned("m/e", 1),)), Result("2", note="nothing")))
    assert exported("moodle", one, roster=roster).splitlines()[1].startswith("a@y.z,1,")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"owner": ""}, "owner must be given"),
        ({"submission": "main"}, "submission=main is not of the form"),
        ({"datetime": "2026-12-05"}, "datetime=2026-12-05 is not of the form"),
        ({"assignment_type": "pair"}, "individual|group"),
    ],
)
def test_classroom50_wants_its_fields(change, said):
    """One sentence for what is not there, or not of its form."""
    with pytest.raises(NotExported, match=re.escape(said)):
        exported("classroom50", student="ada", fields=FIELDS | change, round_down=True)


def test_classroom50_takes_integers_only():
    """Which is said, and not rounded in silence."""
    with pytest.raises(NotExported, match=r"4\.5 points are no integer; --round-down"):
        exported("classroom50", student="ada")
    data = json.loads(exported("classroom50", student="ada", round_down=True))
    assert (data["score"], data["max-score"]) == (6, 6)
    assert data["datetime"] == FIELDS["datetime"]


@pytest.mark.parametrize("to", OF_ONE)
def test_what_is_not_graded_is_no_zero(to):
    """Anyone who would export it is told to grade it first."""
    waiting = Results("t", (Result("a", "", (earned("m/e", None, 2, "", {}),)),))
    with pytest.raises(NotExported, match="not all of a is graded yet"):
        exported(to, waiting)
    for name in ("csv", "markdown"):
        assert re.search(r"a[ |,]+", exported(name, waiting))
        assert not re.search(r"\b0 of 2\b", exported(name, waiting))


@pytest.mark.parametrize("to", OF_ONE)
def test_one_submission_must_be_named_where_there_are_several(to):
    """And be there."""
    with pytest.raises(NotExported, match="these are 5 students; say which: --student ID"):
        exported(to)
    with pytest.raises(NotExported, match="there is no zoe"):
        exported(to, student="zoe")


def test_names_are_no_formulas_and_no_markup():
    """In spreadsheets and in Markdown."""
    rows = {row[0]: row for row in csv.reader(io.StringIO(exported("csv")))}
    assert rows["bo"][1] == "'=1+1"
    assert rows["ada"][1] == 'Lovelace, "Ada"'
    text = exported("markdown")
    assert "dana (Dana \\| Scully)" in text
    assert "\\`x\\` and more" in text
    for to in ("gradescope", "junit", "github-classroom"):
        assert "Lovelace" not in exported(to, student="ada")


def written(folder, assurance):
    """A batch of one student, as `kata grade --out` keeps it."""
    one = Graded("m/e", "", "passed", 2, 2, {"c": "passed"}, None, [], "m/e  passed", 0.1)
    record = Record(
        "ada", "", assurance, [0], "cpu", "float64", "2", "linux", "2026-12-06T00:00:00+00:00",
        0.1, 2, 2, [one],
    )  # fmt: skip
    (folder / "records").mkdir(parents=True)
    records.write(folder / "records" / "ada.json", record)
    records.write(folder / "batch.json", BatchInfo([0], "", assurance, "cpu", "full"))
    (folder / "book.csv").write_text(
        "Student,ID,Section,torchkata (1)\n    Points Possible,,,4\nAda,ada,A,\n"
    )
    return folder


def at_the_terminal(*arguments):
    """What `kata export` says and prints."""
    app = typer.Typer()
    add_to(app)
    return CliRunner().invoke(app, [str(one) for one in arguments])


@pytest.mark.parametrize("assurance", ["limited", "landlock", "sandbox"])
@pytest.mark.parametrize("to", FORMATS)
def test_what_is_no_grade_is_said_whatever_the_format(tmp_path, to, assurance):
    """In one sentence for people; what is written is the format's own."""
    folder = written(tmp_path / "results", assurance)
    options = ["--gradebook", folder / "book.csv"] if to == "canvas" else []
    options += ["--by", "username"] if to == "moodle" else []
    for name, value in FIELDS.items() if to == "classroom50" else ():
        options += ["--field", f"{name}={value}"]
    done = at_the_terminal(folder, "--to", to, "--out", tmp_path / "out", *options)
    assert done.exit_code == 0, done.output
    said = [line for line in done.stderr.splitlines() if "Points Possible" not in line]
    assert [line.partition(" is ")[0] for line in said] == (
        ["kata export: assurance limited"] if assurance == "limited" else []
    )
    assert done.stdout == ""
    assert (tmp_path / "out").stat().st_size


def test_notes_are_said_before_anything_is_written(tmp_path):
    """Also where the file cannot be: anyone who enters points has read them."""
    folder = written(tmp_path / "results", "limited")
    book = folder / "book.csv"
    out = book / "is no folder"
    done = at_the_terminal(folder, "--to", "canvas", "--gradebook", book, "--out", out)
    assert done.exit_code == 2
    first, second, third = done.stderr.splitlines()
    assert "no grade against attackers" in first
    assert second == (
        "kata export: Points Possible of 'torchkata (1)' is 4 in the gradebook, and 2 here: fix "
        "one of the two"
    )
    assert "book.csv" in third


def test_a_table_for_excel_is_marked_as_utf_8_in_a_file_alone(tmp_path):
    """Programs that read what is printed get no mark; other formats have none anywhere."""
    folder = written(tmp_path / "results", "sandbox")
    printed = at_the_terminal(folder, "--to", "csv").stdout
    assert printed.startswith("student,")
    for to, mark in (("csv", b"\xef\xbb\xbf"), ("json", b"")):
        assert at_the_terminal(folder, "--to", to, "--out", tmp_path / to).exit_code == 0
        assert (tmp_path / to).read_bytes()[:3] == (mark or b"{\n ")
    assert (tmp_path / "csv").read_text("utf-8-sig") == printed


def test_what_wins_over_a_grade_of_canvas_is_an_option(tmp_path):
    """And a word of its own is not one of the two."""
    folder = written(tmp_path / "results", "sandbox")
    book = folder / "book.csv"
    book.write_text("Student,ID,Section,torchkata (1)\nAda,ada,A,1\n")
    command = folder, "--to", "canvas", "--gradebook", book
    done = at_the_terminal(*command)
    assert (done.exit_code, done.stdout) == (2, "")
    assert (
        "1 student has another grade in the gradebook already: ada (1, and 2 here)" in done.stderr
    )
    assert at_the_terminal(*command, "--existing", "keep").stdout.endswith("Ada,ada,A,1\n")
    assert at_the_terminal(*command, "--existing", "replace").stdout.endswith("Ada,ada,A,2\n")
    assert at_the_terminal(*command, "--existing", "both").exit_code == 2


HOSTILE = "\x1b[31m\u202e=A\nada,10,10"


@pytest.mark.parametrize("to", FORMATS)
def test_no_export_holds_what_a_terminal_obeys(to, gradebook):
    """Whatever students, titles, notes and answers are called."""
    odd = earned("loss/a", 1, 2)
    odd = Earned("loss/a", "wrong", 1, 2, odd.cases, HOSTILE, by_hand=HOSTILE, comment=HOSTILE)
    results = Results(
        HOSTILE, (Result(HOSTILE, HOSTILE, (odd,), note=HOSTILE),), exercises={"loss/a": 2}
    )
    options = {"by": "username"} if to == "moodle" else {}
    options |= {"gradebook": gradebook, "column": "Week 3 (12)"} if to == "canvas" else {}
    text = exported(to, results, round_down=True, **options)
    raw = {HOSTILE, f"{HOSTILE} feedback"} if to == "moodle" else set()
    # What Moodle compares with its own is exact, in a cell.
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row] if raw else [text]
    for cell in set(cells) - raw:
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", cell)
