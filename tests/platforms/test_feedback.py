"""Feedback to give back: a page for each student, and a zip that the platform takes back."""

import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from test_export import CLASS, DUE, at_the_terminal, written

from torchkata.grading.results import Earned, Result, Results
from torchkata.platforms.exporters import FOLDERS
from torchkata.platforms.exporters.common import NotExported, Options

HOSTILE = "</pre><script>alert(1)</script>\x1b[31m\u202e |\n# a"
VOID = {"meta"}
TAGS = {
    "html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "p", "bdi", "table",
    "caption", "thead", "tbody", "tr", "th", "td", "section", "pre", "blockquote",
}  # fmt: skip


class Reader(HTMLParser):
    """Reads a page strictly: what is open, what is within what, and the words."""

    def __init__(self, page):
        super().__init__()
        self.open, self.tags, self.words = [], [], {}
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        """Go into an element."""
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        """Leave the innermost element, which must be this one."""
        assert self.open.pop() == tag

    def handle_data(self, data):
        """Words, of all elements that they are in."""
        for tag in self.open:
            self.words[tag] = self.words.get(tag, "") + data


def made(results=CLASS, **options):
    """{file: bytes} of the feedback, and the options as they are then."""
    given = Options(**options)
    return FOLDERS["feedback"](results, given), given


def page(one, **options):
    """A student's page as Markdown, and as HTML."""
    files, _ = made(Results("Week 3", (one,), exercises={"loss/a": 2}), **options)
    [markdown] = [data.decode() for name, data in files.items() if name.endswith(".md")]
    [html] = [data.decode() for name, data in files.items() if name.endswith(".html")]
    return markdown, html


TOLD = "loss/a  wrong, 0 of 2 cases right\n  The mean is missing.\n    loss: expected 1, got 2"
BY_HAND = Earned("loss/a", "wrong", 1.5, 2, {}, TOLD, 0.1, "agreed", "Good idea.\nSee page 3.")
MINA = Result("mina", "Mina", (BY_HAND,), DUE, timedelta(hours=26), 0.5, source="x")


def test_a_student_is_told_points_verdict_text_lateness_and_what_was_given_by_hand():
    """In both forms of the page, and each thing once in words."""
    markdown, html = page(MINA)
    words = Reader(html).words["main"]
    for said in (markdown, words):
        for part in (
            "Week 3", "Mina", "(mina)", "1 of 2 points", "Handed in 1 d 2 h late: 0.5 points less.",
            "2026-12-05 09:00 (UTC+0900)", "loss/a", "wrong, points by hand", "1.5 of 2", "-0.5",
            "Points given by hand", "agreed", "Comment", "Good idea.",
        ):  # fmt: skip
            assert part in said
        assert re.search(r"\n *The mean is missing\.\n *  loss: expected 1, got 2\n", f"\n{said}")
    assert words.count("agreed") == markdown.count("agreed") == 1


@pytest.mark.parametrize(
    ("result", "total", "said"),
    [
        (Result("a", note="nothing was handed in"), "No points", "Nothing was handed in."),
        (Result("a", "", (replace(BY_HAND, points=None, verdict=""),)), "Not all of it is", ""),
        (Result("a", "", (replace(BY_HAND, points=-1, by_hand="x"),)), "-1 of 2 points", ""),
        (Result("a", "", (replace(BY_HAND, verdict="todo", by_hand=""),)), "1.5", "not begun"),
    ],
)
def test_who_has_no_work_or_no_points_is_told_why(result, total, said):
    """In a sentence, and never as a 0 that nobody gave."""
    for text in page(result):
        assert total in text
        assert said in text


def test_a_page_names_nobody_else():
    """Neither by name nor by id, of the class or of those who handed in together."""
    pair = [replace(MINA, student=one, name=one.title(), source="pair_7") for one in ("ann", "ben")]
    files, _ = made(Results("Week 3", (*CLASS.students, *pair), exercises=CLASS.exercises))
    people = {one.student: one.name for one in (*CLASS.students, *pair)}
    for name, data in files.items():
        text = data.decode()
        own = name.rpartition(".")[0]
        for student, called in people.items():
            assert student == own or not re.search(rf"\b{student}\b", text), name
            assert student == own or not called or called.split()[0] not in text, name


def test_names_come_from_the_roster_where_the_manifest_has_none(tmp_path):
    """And the manifest's own goes before it."""
    roster = tmp_path / "roster.csv"
    roster.write_text("id,name\nmina,Mina of the roster\n")
    for one, name in ((replace(MINA, name=""), "Mina of the roster"), (MINA, "Mina")):
        for text in page(one, roster=roster):
            assert re.search(rf"Feedback for (<bdi>)?{name}(</bdi>)? \(", text)


def test_anonymous_feedback_has_ids_alone(tmp_path):
    """No page and no name of a file holds a name, wherever it could come from."""
    roster = tmp_path / "roster.csv"
    roster.write_text("id,name\neve,Eve Adams\n")
    files, _ = made(in_canvas(), anonymous=True, roster=roster)
    assert {name.rpartition(".")[2] for name in files} == {"md", "html"}
    for data in files.values():
        assert not re.search("Lovelace|Adams|김민수|Scully", data.decode())


@pytest.mark.parametrize("name", ["علی‌رضا ب", "משה", "Ada"])
def test_a_name_from_right_to_left_moves_nothing_around_it(name):
    """It is isolated: by an element in HTML, by two characters in Markdown."""
    markdown, html = page(replace(MINA, name=name))
    assert f"Feedback for <bdi>{name}</bdi> (<bdi>mina</bdi>)" in html
    isolated = "Ada" if name == "Ada" else f"\u2068{name}\u2069"
    assert f"Feedback for {isolated} (mina)\n" in markdown


@pytest.mark.parametrize("one", [*CLASS.students, MINA], ids=lambda one: one.student)
def test_a_page_is_accessible_and_loads_nothing(one):
    """Language, title, headings in order, tables with heads, no script, and no other resource."""
    reader = Reader(page(one)[1])
    tags = [tag for tag, _ in reader.tags]
    assert set(tags) <= TAGS
    assert dict(reader.tags)["html"] == {"lang": "en"}
    assert reader.words["title"] == f"Week 3: feedback for {one.student}"
    assert tags.count("h1") == tags.count("main") == 1
    assert [tag for tag in tags if tag in ("h1", "h2")] == ["h1", *["h2"] * len(one.exercises)]
    assert all(attrs.get("scope") in ("col", "row") for tag, attrs in reader.tags if tag == "th")
    assert not {"src", "href", "onload"} & {name for _, attrs in reader.tags for name in attrs}
    assert not re.search(r"url\(|@import|https?:", page(one)[1])
    policy = [attrs.get("content", "") for tag, attrs in reader.tags if "http-equiv" in attrs]
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'"]


def test_a_page_can_be_read_in_light_and_in_the_dark():
    """Text has a contrast of 7 to 1, and lines of 3 to 1, on each background."""
    css = Reader(page(MINA)[1]).words["style"]
    schemes = re.findall(r"--text: (\S+); --page: (\S+); --faint: (\S+); --line: (\S+);", css)
    assert len(schemes) == 2
    for text, *grounds, line in schemes:
        assert min(contrast(text, ground) for ground in grounds) > 7
        assert min(contrast(line, ground) for ground in grounds) > 3


def contrast(one, other):
    """The contrast of two colours, as WCAG 2 defines it."""
    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour):
    """The relative luminance of `#rrggbb`."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_nothing_foreign_is_markup_in_a_page():
    """Whatever is written into names, notes, answers, reasons and comments."""
    odd = Earned("loss/a", "wrong", 1, 2, {}, HOSTILE, 0.1, HOSTILE, HOSTILE)
    one = Result(HOSTILE, HOSTILE, (odd,), note=HOSTILE)
    files, _ = made(Results(HOSTILE, (one,)))
    assert all(re.fullmatch(r"[\w.-]+", name) for name in files)
    [markdown] = [data.decode() for name, data in files.items() if name.endswith(".md")]
    [html] = [data.decode() for name, data in files.items() if name.endswith(".html")]
    assert "script" not in {tag for tag, _ in Reader(html).tags}
    assert Reader(html).words["main"].count("alert(1)") == 7
    for text in (markdown, html):
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", text)
    headings = re.findall("^#.*", markdown, re.MULTILINE)
    assert [line[:3] for line in headings] == ["# \\", "## "]
    assert "\n    </pre><script>" in markdown


def in_canvas(**sources):
    """The class, as it was downloaded from Canvas."""
    known = {
        "ada": "lovelaceada_101_9001_a.py; lovelaceada_101_9002_b.py",
        "bo": "kimbo_LATE_102_9003_work.zip",
        "minsu": "김민수_103_9004_lab.ipynb",
        "eve": "adamseve_104_9005_answer.docx",
    } | sources
    named = {"bo": "Bo Kim", "eve": "Eve Adams"}
    students = (
        replace(one, source=known.get(one.student, ""), name=named.get(one.student, one.name))
        for one in CLASS.students
    )
    return replace(CLASS, students=tuple(students))


def unpacked(files, name):
    """{entry: bytes} of a zip among some files."""
    with zipfile.ZipFile(io.BytesIO(files[name])) as archive:
        return {entry: archive.read(entry) for entry in archive.namelist()}


def test_canvas_gets_pages_under_the_names_of_its_download():
    """One file for each student, of the kind that its name promises, with their own page."""
    files, options = made(in_canvas())
    assert "moodle.zip" not in files
    entries = unpacked(files, "canvas.zip")
    assert set(entries) == {
        "lovelaceada_101_9001_a.py", "kimbo_LATE_102_9003_work.zip", "김민수_103_9004_lab.ipynb",
        "adamseve_104_9005_answer.docx",
    }  # fmt: skip
    script = entries["lovelaceada_101_9001_a.py"].decode()
    compile(script, "a.py", "exec")
    assert "# **6.5 of 6.5 points**\n" in script
    book = json.loads(entries["김민수_103_9004_lab.ipynb"])
    assert book["cells"][0]["source"] == files["minsu.md"].decode()
    with zipfile.ZipFile(io.BytesIO(entries["kimbo_LATE_102_9003_work.zip"])) as inner:
        assert inner.read("feedback.html") == files["bo.html"]
    assert entries["adamseve_104_9005_answer.docx"] == files["eve.md"]
    assert options.notes == []


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("kimbo_102_text.html", "an online text has no number of a file"),
        ("lovelaceada_101_9001_a.py; lovelaceada_101_9002_b.py", "it is that of another, too"),
        ("kimbo_102_9001_a.py; kimbo_103_9002_b.py", "it is of two people"),
        ("../bo_102_9003_a.py", "it leads elsewhere"),
        ("owls_102_9003_a.py", "it has a group's name"),
        ("team_7_102_9003_a.py", "it has a group's name, and a number of its own"),
    ],
)
def test_a_page_that_could_reach_another_is_not_in_the_zip(source, why):
    """And who has to be given theirs by hand is named."""
    files, options = made(in_canvas(bo=source))
    entries = unpacked(files, "canvas.zip")
    assert files["bo.md"] not in entries.values()
    assert files["bo.html"] not in entries.values()
    [note] = options.notes
    assert re.match(r"not in canvas.zip: (ada, )?bo \(", note), why


def test_the_page_of_one_of_a_group_is_not_in_the_zip():
    """Canvas would show it to all of them, even to those whose name the file has not."""
    shared = "lovelaceada_101_9001_a.py; lovelaceada_101_9002_b.py"
    files, options = made(in_canvas(bo=shared))
    assert set(unpacked(files, "canvas.zip")) == {
        "김민수_103_9004_lab.ipynb", "adamseve_104_9005_answer.docx",
    }  # fmt: skip
    assert options.notes[0].startswith("not in canvas.zip: ada, bo (")


def test_canvas_numbers_that_the_roster_denies_are_left_out(tmp_path):
    """The roster says which number is whose."""
    roster = tmp_path / "roster.csv"
    roster.write_text("id,name,canvas_id\nada,Ada,101\nbo,Bo,999\nminsu,Min,103\n")
    files, options = made(in_canvas(), roster=roster)
    assert len(unpacked(files, "canvas.zip")) == 3
    assert options.notes[0].startswith("not in canvas.zip: bo (")


def in_moodle(**sources):
    """A class, as it was downloaded from Moodle."""
    known = {"ada": "Ada Lovelace_12", "bo": "Bo Kim_13", "cy": "Cy Young_14"} | sources
    names = {"ada": "Lovelace, Ada", "bo": "Bo Kim", "cy": "Cy Young"}
    students = (Result(s, names[s], (BY_HAND,), source=known[s]) for s in sorted(known))
    return Results("Week 3", tuple(students), exercises={"loss/a": 2})


def test_moodle_gets_pages_in_the_folders_of_its_participants():
    """Where it looks for feedback files, by the number that is the participant's."""
    files, options = made(in_moodle())
    entries = unpacked(files, "moodle.zip")
    assert entries == {
        f"{who}_assignfeedback_file_/feedback.html": files[f"{student}.html"]
        for student, who in (("ada", "Ada Lovelace_12"), ("bo", "Bo Kim_13"), ("cy", "Cy Young_14"))
    }
    assert (options.notes, "canvas.zip" in files) == ([], False)


def test_a_team_of_moodle_has_a_number_that_may_be_somebody_elses():
    """So only those whose own name is in the download are in the zip."""
    files, options = made(in_moodle(bo="Team Red_12", cy="Team Red_12"))
    assert "moodle.zip" not in files
    files, options = made(in_moodle(cy="Team Blue_12"))
    assert set(unpacked(files, "moodle.zip")) == {
        "Ada Lovelace_12_assignfeedback_file_/feedback.html",
        "Bo Kim_13_assignfeedback_file_/feedback.html",
    }
    assert options.notes[0].startswith("not in moodle.zip: cy (")


def test_moodle_s_numbers_in_the_roster_say_who_is_who_where_names_differ(tmp_path):
    """As where the roster is in another script than the site; a team's name is nobody's."""
    roster = tmp_path / "roster.csv"
    roster.write_text("id,name,moodle_id\nada,A,12\nbo,B,13\ncy,C,14\n")
    sources = {"ada": "아다_12", "bo": "보_13", "cy": "싸이_99"}
    files, options = made(in_moodle(**sources), roster=roster)
    assert len(unpacked(files, "moodle.zip")) == 2
    assert options.notes[0].startswith("not in moodle.zip: cy (")
    files, _ = made(in_moodle(**sources | {"ada": "Team Red_12", "cy": "싸이_14"}), roster=roster)
    assert not any("_12_" in name for name in unpacked(files, "moodle.zip"))


def test_moodle_that_hides_names_is_given_its_numbers():
    """Everybody is called the same there, in whatever language."""
    blind = {one: f"참가자_{number}" for number, one in enumerate(("ada", "bo", "cy"), start=12)}
    files, _ = made(in_moodle(**blind))
    assert "참가자_12_assignfeedback_file_/feedback.html" in unpacked(files, "moodle.zip")


@pytest.mark.parametrize("sources", [{}, {"ada": "ada", "bo": "submission_7", "eve": "eve.zip"}])
def test_where_the_platform_is_not_known_there_are_pages_alone(sources):
    """As of a plain folder, or of Gradescope."""
    students = (replace(one, source=sources.get(one.student, "")) for one in CLASS.students)
    files, options = made(replace(CLASS, students=tuple(students)))
    assert {name.rpartition(".")[2] for name in files} == {"md", "html"}
    assert options.notes == []


def test_equal_results_give_equal_bytes():
    """Also in the zip, which holds no time."""
    assert made(in_canvas())[0] == made(in_canvas())[0]


def test_feedback_is_a_folder_that_nobody_else_may_read(tmp_path):
    """It is new, and written whole; what is there is not overwritten."""
    folder = written(tmp_path / "results", "sandbox")
    done = at_the_terminal(folder, "--to", "feedback")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "--out DIR" in done.stderr
    out = tmp_path / "feedback"
    done = at_the_terminal(folder, "--to", "feedback", "--out", out)
    assert done.stdout == f"wrote {out}: 1 page, as Markdown and as HTML\n"
    assert sorted(path.name for path in out.iterdir()) == ["ada.html", "ada.md"]
    assert {path.stat().st_mode & 0o777 for path in out.iterdir()} == {0o600}
    assert out.stat().st_mode & 0o777 == 0o700
    done = at_the_terminal(folder, "--to", "feedback", "--out", out, "--force")
    assert done.exit_code == 2
    assert "holds something already; give a folder that is new" in done.stderr


def test_a_comment_is_read_from_overrides_and_told_to_the_student(tmp_path):
    """In a column that may be missing, on the page, and in what platforms show."""
    folder = written(tmp_path / "results", "sandbox")
    (folder / "overrides.csv").write_text(
        'student,exercise,points,reason,by,comment\nada,m/e,1,late proof,kim,"Nice, but slow"\n'
    )
    done = at_the_terminal(folder, "--to", "feedback", "--out", tmp_path / "out")
    assert done.exit_code == 0, done.stderr
    for path in (tmp_path / "out").iterdir():
        assert "Nice, but slow" in path.read_text("utf-8")
        assert "late proof" in path.read_text("utf-8")
        assert "kim" not in path.read_text("utf-8")
    for to in ("gradescope", "json"):
        assert "Nice, but slow" in at_the_terminal(folder, "--to", to).stdout


def test_feedback_of_one_student_is_their_page_alone():
    """A group's is still not in the zip; a name that nobody has is one sentence."""
    files, _ = made(in_canvas(), student="ada")
    assert set(files) == {"ada.md", "ada.html", "canvas.zip"}
    assert list(unpacked(files, "canvas.zip")) == ["lovelaceada_101_9001_a.py"]
    shared = "lovelaceada_101_9001_a.py; lovelaceada_101_9002_b.py"
    files, options = made(in_canvas(bo=shared), student="ada")
    assert unpacked(files, "canvas.zip") == {}
    assert options.notes[0].startswith("not in canvas.zip: ada (")
    with pytest.raises(NotExported, match=r"^there is no zoe in these results$"):
        made(student="zoe")
