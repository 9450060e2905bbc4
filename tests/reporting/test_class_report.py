"""A class's figures agree with another computation, and its page shows them and nothing else."""

import base64
import hashlib
import html
import json
import re
import shutil
import zipfile
from pathlib import Path

import msgspec
import numpy as np
import pytest

from torchkata.course.foreign_text import plain
from torchkata.grading import records
from torchkata.grading.results import load
from torchkata.platforms.exporters import FORMATS
from torchkata.platforms.exporters.common import Options
from torchkata.reporting import class_page, figures, student_pages
from torchkata.reporting.class_report import Sentence, report_of, tables
from torchkata.reporting.gathering import gather
from torchkata.reporting.told import cut as cut_to
from torchkata.reporting.told import told_of

from class_results import HOSTILE, graded, results_of
from command import kata
from conftest import HERE, ROOT

NAMES = ("loss/a", "loss/b", "loss/c", "steps/d")
SAID = {("loss/a", "doubles"): Sentence("Twice is too much.", "too_much")}


def page_of(folder, names=None, sentences=None, before=None):
    """The page of these results, as `kata report` writes it."""
    found = gather([folder], names)
    return class_page.page(report_of(found, sentences or {}, before), told_of(found))


@pytest.fixture
def scores():
    """Points of 40 students for four exercises, of each a part."""
    drawn = np.random.default_rng(0)
    ability = drawn.normal(size=(40, 1))
    return np.clip(0.5 + 0.3 * (ability + drawn.normal(size=(40, 4))), 0, 1).round(4)


@pytest.fixture
def folder(tmp_path, scores):
    """Results of these, where who earned less than 0.4 for the first exercise holds a mistake."""
    students = {
        f"s{number:02}": [
            graded(name, float(points), "doubles" if name == "loss/a" and points < 0.4 else None)
            for name, points in zip(NAMES, row, strict=True)
        ]
        for number, row in enumerate(scores)
    }
    return results_of(tmp_path / "results", students)


def test_figures_agree_with_numpy(folder, scores):
    """Facility, corrected item-total correlation, shares, and a mistake's own correlation."""
    report = report_of(gather([folder], {}), SAID)
    for column, row in enumerate(report.exercises):
        rest = scores.sum(1) - scores[:, column]
        assert row.facility == pytest.approx(scores[:, column].mean())
        assert row.separation == pytest.approx(np.corrcoef(scores[:, column], rest)[0, 1])
        assert row.passed == (scores[:, column] == 1).sum()
    (held,) = report.misconceptions
    holds = scores[:, 0] < 0.4
    assert (held.key, held.sentence) == ("too_much", "Twice is too much.")
    assert (len(held.students), held.share) == (holds.sum(), pytest.approx(holds.mean()))
    assert held.correlation == pytest.approx(np.corrcoef(holds, scores[:, 1:].sum(1))[0, 1])
    assert report.distribution == np.histogram(scores.mean(1), 10, (0, 1))[0].tolist()


def test_figures_agree_with_the_exports(folder):
    """The points of each student are those of `kata export --to json`, and the tables' too."""
    report = report_of(gather([folder], {}), SAID)
    exported = json.loads(FORMATS["json"](load(folder), Options()))
    points = {one["student"]: one["points"] for one in exported["students"]}
    assert {one.id: one.points for one in report.students} == points
    header, *rows = tables(report)["students"]
    assert {row[0]: row[header.index("points")] for row in rows} == points


@pytest.mark.parametrize(
    ("by_whom", "said"),
    [
        (lambda n: n < 10, "those who are good at the rest do worse: look at the exercise"),
        (lambda n: n % 2, "it hardly depends on the rest: worth a look"),
    ],
)
def test_what_is_unlike_the_rest_is_worth_a_look(tmp_path, by_whom, said):
    """The better half passes three exercises; the others or every second pass one more.

    A mistake that one of the better half makes in it is worth a look, too.
    """
    given = {}
    for n in range(20):
        mistake = "doubles" if n == 16 else None
        last = graded(NAMES[3], float(bool(by_whom(n))), mistake)
        given[f"s{n:02}"] = [*(graded(name, float(n >= 10)) for name in NAMES[:3]), last]
    report = report_of(gather([results_of(tmp_path, given)], {}), SAID)
    assert [one.look for one in report.exercises] == ["", "", "", said]
    (held,) = report.misconceptions
    assert held.look.startswith("held by those who are good at the rest")


def test_what_to_say_first_is_short(tmp_path):
    """Two mistakes at most, the exercise that most have not passed, and who needs a word."""
    given = {
        f"s{n}": [graded("loss/a", float(n > 5), "doubles" if n < 4 else None)] for n in range(8)
    }
    report = report_of(gather([results_of(tmp_path, given)], {}), SAID)
    assert list(class_page.monday(report)) == [
        ("4 of 8", "Twice is too much.", "loss/a (4)"),
        ("6 of 8", "Have not passed loss/a: go through it together.", ""),
        ("6", "Need a word with you.", "s0, s1, s2, s3, s4 and 1 more"),
    ]


@pytest.mark.parametrize("count", [1, 9, 10])
def test_of_fewer_than_ten_there_are_counts_only(tmp_path, count):
    """No coefficient, and no share of an exercise."""
    given = {f"s{n}": [graded("a/a", n % 2), graded("a/b", float(n % 3 > 0))] for n in range(count)}
    report = report_of(gather([results_of(tmp_path, given)], {}), {})
    known = [row.facility is not None and row.separation is not None for row in report.exercises]
    assert known == [count >= figures.FEWEST] * 2


@pytest.mark.parametrize("points", [0.0, 1.0])
def test_where_all_is_right_or_wrong_nothing_varies(tmp_path, points):
    """There is a page, and no correlation."""
    given = {f"s{n}": [graded(name, points) for name in NAMES] for n in range(12)}
    folder = results_of(tmp_path, given)
    report = report_of(gather([folder], {}), {})
    assert {row.separation for row in report.exercises} == {None}
    assert "What to say on Monday" in page_of(folder)


@pytest.mark.parametrize("count", [1, 12])
def test_where_nothing_was_handed_in_there_is_a_page(tmp_path, count):
    """Everybody is named, and nothing is divided by nobody."""
    nothing = {f"s{n}": [graded("a/a", 0.0, verdict="missing")] for n in range(count)}
    page = page_of(results_of(tmp_path, nothing))
    assert f"0 of {count} handed in" in page
    assert f"<strong>Nothing handed in</strong> ({count})" in page


def test_two_of_one_name_are_told_apart(tmp_path):
    """By their ids, since the picture would draw them in one row."""
    given = {who: [graded("a/a", 1.0)] for who in ("s1", "s2", "s3")}
    names = {"s1": "Bo Kim", "s2": "Bo Kim", "s3": "Ada"}
    report = report_of(gather([results_of(tmp_path, given)], names), {})
    assert list(class_page.names_of(report).values()) == ["Bo Kim (s1)", "Bo Kim (s2)", "Ada"]


def test_rounding_is_no_variation():
    """Thirds that should be equal have no correlation with anything."""
    thirds = [0.1 + 0.2, 0.3] * 10
    assert figures.correlation(thirds, list(range(20))) is None


def test_names_and_texts_of_others_are_only_read(tmp_path):
    """A name is one line of text; the data within the page ends no script."""
    given = {f"s{n}": [graded("a/a", 0.0, verdict="error")] for n, _ in enumerate(HOSTILE)}
    given["s0"][0].text = f"a/a  error\n  {HOSTILE[0]}"
    names = {f"s{n}": name for n, name in enumerate(HOSTILE)}
    page = page_of(results_of(tmp_path, given), names)
    assert page.count("<script") == 6 == page.count("</script>")
    assert "&lt;script&gt;alert(1)" in page
    assert "two_lines" in page
    assert "김민수" in page
    for name in ("class", "page"):
        assert not re.search("[<>&\u2028\u2029]", block_of(page, name))
    assert [one["name"] for one in json.loads(block_of(page, "class"))["students"]] == [*HOSTILE]
    own = re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)
    assert not re.search(r"https?:|<img|<link|url\(", own)


def block_of(page, name):
    """A block of data within a page."""
    return re.search(rf'json" id="{name}">(.*?)</script>', page, re.DOTALL)[1]


def test_the_page_runs_its_own_scripts_alone(tmp_path):
    """Its policy names each script and the style by their digests, and allows nothing else."""
    page = page_of(results_of(tmp_path, {"s1": [graded("a/a", 1.0)]}))
    policy = html.unescape(re.search(r'Policy" content="([^"]*)"', page)[1])
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]
    wanted = " ".join(map(digest_of, scripts))
    assert policy == (
        f"default-src 'none'; script-src {wanted}; style-src {digest_of(style)}; "
        "base-uri 'none'; form-action 'none'"
    )
    assert not re.search(r" on\w+=| style=", page.replace(style, "").split("<script>")[0])


def digest_of(text):
    """As a Content-Security-Policy names a text."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_what_draws_is_as_it_was_fetched():
    """Each file of vega/ has the digest in SHA256SUMS, and each script has its licence."""
    folder = ROOT / "torchkata" / "templates" / "vega"
    lines = (folder / "SHA256SUMS").read_text().splitlines()
    listed = {name: digest for digest, name in (line.split("  ") for line in lines)}
    found = {one.name: hashlib.sha256(one.read_bytes()).hexdigest() for one in folder.iterdir()}
    del found["SHA256SUMS"]
    assert listed == found
    licences = sorted(re.sub(r"-[\d.]+txt$", "", name[8:]) for name in found if "LICENSE" in name)
    assert licences == sorted(name[:-7] for name in found if name.endswith(".js"))


def test_each_was_told_what_their_record_says(tmp_path):
    """A letter for each verdict, and each text once."""
    given = {f"s{n}": [graded("a/a", 0.0, "doubles"), graded("a/b", 1.0)] for n in range(3)}
    given["s2"] = [graded("a/a", 0.0, verdict="timeout")]
    told = told_of(gather([results_of(tmp_path, given)], {}))
    assert told.texts == ["got 0.0", "got 1.0"]
    rows = [(one.letters, one.texts) for one in told.rows]
    assert rows == [("mp", [0, 1]), ("mp", [0, 1]), ("on", [0, -1])]


def test_long_texts_are_cut_so_that_a_page_stays_small():
    """The longest of them alone, and it says so."""
    cut = cut_to(["x" * 9000, "y" * 10], 5000)
    assert len(cut[0]) < 5000
    assert cut[0].endswith("is in the record)")
    assert cut[1] == "y" * 10


def test_an_anonymous_page_has_ids_alone(tmp_path):
    """Neither the manifest's names nor the roster's are in it."""
    folder = results_of(tmp_path, {"s1": [graded("a/a", 1.0)]})
    (tmp_path / "manifest.csv").write_text(
        "id,name,handed_in,attempt,late_by,from,note\ns1,Ada Lovelace,,1,,,\n"
    )
    assert "Ada Lovelace" in page_of(folder, {})
    assert "Lovelace" not in page_of(folder, None)


def test_a_students_page_holds_nothing_of_anybody_else(tmp_path):
    """Their own name, points and texts, by the name of their record; no count of the class."""
    given = {f"s{n}": [graded("loss/a", n / 8, "doubles" if n else None)] for n in range(5)}
    folder = results_of(tmp_path, given)
    names = {f"s{n}": name for n, name in enumerate(HOSTILE)}
    pages = {
        name: page.decode() for name, page in student_pages.pages(gather([folder], names), SAID)
    }
    assert list(pages) == [f"s{n}.html" for n in range(5)]
    for n, page in enumerate(pages.values()):
        texts = [f"got {m / 8}\n" in page.replace("</pre>", "\n") for m in range(5)]
        assert texts == [m == n for m in range(5)]
        shown = [html.escape(plain(name)) in page for name in HOSTILE]
        assert shown == [m == n for m in range(5)]
        assert ("Twice is too much." in page) == (n > 0)
        assert not re.search(r"s[0-4]\b", page.replace(f"s{n}", ""))
        assert "<script" not in page


def test_a_students_page_is_called_as_a_record_is(tmp_path):
    """Whatever an id holds, the page is in the folder; an anonymous one has the id alone."""
    who = "../김 <b>"
    found = gather([results_of(tmp_path, {who: [graded("a/a", 0.5)]})], None)
    ((name, page),) = student_pages.pages(found, {})
    assert name == f"{records.path_of(Path(), who).stem}.html"
    assert "/" not in name
    assert "<bdi>../김 &lt;b&gt;</bdi>" in page.decode()


def test_what_changed_is_told_from_the_page_before(tmp_path):
    """By its own data: who handed in more, who passes more, which mistake is gone."""
    first = {f"s{n}": [graded("loss/a", 0.0, "doubles")] for n in range(3)}
    folder = results_of(tmp_path / "results", first)
    path = tmp_path / "class.html"
    path.write_text(page_of(folder, {}, SAID))
    results_of(folder, {f"s{n}": [graded("loss/a", 1.0)] for n in range(4)})
    now = report_of(gather([folder], {}), SAID, class_page.read_earlier(path))
    assert now.changes == [
        "1 more handed in something.",
        "loss/a: 4 passed it, 0 before.",
        "Nobody holds this any more, 3 did: Twice is too much.",
    ]
    path.write_bytes(msgspec.json.encode(now))
    assert class_page.read_earlier(path) == now


def test_a_sentence_that_the_course_lacks_is_called_by_its_name(tmp_path):
    """And a note says so; the idea is that of the record."""
    folder = results_of(tmp_path, {"s1": [graded("gone/x", 0.0, "adds_one")]})
    report = report_of(gather([folder], {}), {})
    assert [(one.key, one.sentence) for one in report.misconceptions] == [("too_much", "adds one")]
    assert "no longer has the sentences" in report.notes[0]


def test_unexplained_answers_are_together_where_the_same_is_told(tmp_path):
    """The largest group first; where feedback holds no facts, only equal answers are."""
    given = {f"s{n}": [graded("a/a", 0.0 if n else 0.5)] for n in range(4)}
    alike = report_of(gather([results_of(tmp_path / "1", given)], {}), {}).unexplained
    assert [one.students for one in alike] == [["s1", "s2", "s3"], ["s0"]]
    assert alike[0].command.startswith("kata new --misconception a/a --from ")
    given["s3"][0].sha256 = "cd"
    named = results_of(tmp_path / "2", given, "points")
    alike = report_of(gather([named], {}), {}).unexplained
    assert [one.students for one in alike] == [["s0", "s1", "s2"], ["s3"]]


@pytest.fixture
def old(tmp_path):
    """A class that an older version graded, with records of its schema."""
    with zipfile.ZipFile(HERE / "formats" / "class.zip") as archive:
        archive.extractall(tmp_path)
    return tmp_path


def test_older_records_are_read_and_said(old):
    """The page is there, with a line about what they lack."""
    options = ("--course", "course", "--students", "pages")
    done = kata("report", "results", *options, cwd=old)
    assert done.returncode == 0, done.stderr
    assert len(list((old / "pages").glob("*.html"))) == 4
    assert (old / "pages").stat().st_mode & 0o777 == 0o700
    page = (old / "class.html").read_text()
    assert "records are of an older version" in page
    assert "Nothing handed in" in page
    assert (old / "class.html").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("results", "--since", "roster.csv"), "is no report about a class"),
        (("results", "results"), "give one of the two"),
        (("work",), "not what kata grade --out wrote"),
        (("results", "--csv", "work"), "holds something already"),
        (("results", "--students", "work"), "holds something already"),
        (("results", "--out", "roster.csv"), "is no report"),
        (("--json",), "name its RESULTS"),
    ],
)
def test_what_cannot_be_used_is_told_in_one_sentence(old, typed, said):
    """And nothing is overwritten."""
    (old / "roster.csv").write_text("id,name\nada,Ada\n")
    done = kata("report", *typed, "--course", "course", cwd=old)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert said in done.stderr
    assert (old / "roster.csv").read_text() == "id,name\nada,Ada\n"


def test_no_records_are_told_in_one_sentence(old):
    """Of results that were begun, and hold none yet."""
    shutil.rmtree(old / "results" / "records")
    done = kata("report", "results", cwd=old)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "holds no records yet" in done.stderr


def test_json_and_csv_give_the_same_figures(old):
    """And a roster that lacks somebody is told."""
    (old / "one.csv").write_text("id,name\nada,Ada\n")
    options = ("results", "--roster", "one.csv", "--course", "course")
    done = kata("report", *options, "--json", "--csv", "tables", cwd=old)
    data = json.loads(done.stdout)
    assert "The roster lacks 3 who are in the results: bo, chidi, dana." in data["notes"]
    assert not Path(old, "class.html").exists()
    lines = Path(old, "tables", "students.csv").read_text("utf-8-sig").splitlines()
    assert [line.split(",")[2] for line in lines[1:]] == [
        "" if one["points"] is None else str(one["points"]) for one in data["students"]
    ]
