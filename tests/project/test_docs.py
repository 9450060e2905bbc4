"""What the documents show is what happens."""

import re
import runpy
import shutil
import subprocess
import sys

import pytest

from conftest import ROOT
from walk import uncounted, walk

AUTHORING = ROOT / "docs" / "authoring.md"
LEARNING, TEACHING = ROOT / "docs" / "learning.md", ROOT / "docs" / "teaching.md"
DATA = ROOT / "docs" / "students_data.md"


def test_the_pictures_of_the_class_page_are_shown():
    """Those that docs/class_pictures.py takes, each small, and with words for who cannot see it."""
    taken = set(
        re.findall(r'"(class_\w+\.png)"', (ROOT / "docs" / "class_pictures.py").read_text())
    )
    shown = dict(re.findall(r"!\[(.+?)\]\(images/(class_\w+\.png)\)", TEACHING.read_text()))
    assert set(shown.values()) == taken
    images = (ROOT / "docs" / "images").glob("class_*.png")
    assert {one.name for one in images if one.stat().st_size < 150_000} == taken


@pytest.mark.nightly
def test_the_first_hour(tmp_path):
    """From init and watch to a pass, the solution and an update, it is as the document says."""
    for part in ("exercises", "graders", "solutions"):
        shutil.copytree(ROOT / part, tmp_path / "torchkata" / part)
    shutil.copy(ROOT / "course.toml", tmp_path / "torchkata")
    said, shown = walk(LEARNING, tmp_path / "torchkata")
    assert said == shown


@pytest.mark.nightly
def test_from_assign_to_export(tmp_path):
    """A class of thirty is graded and given its feedback; then one of them is deleted."""
    for part in ("exercises", "graders", "solutions", "examples/class"):
        shutil.copytree(ROOT / part, tmp_path / "torchkata" / part)
    for document in (TEACHING, DATA):
        said, shown = walk(document, tmp_path / "torchkata")
        assert said == shown


@pytest.mark.nightly
def test_a_course_of_ones_own(tmp_path):
    """From an empty folder to a proof, a pack and wheels, it is as the document says."""
    said, shown = walk(AUTHORING, tmp_path)
    assert said == shown


def test_the_made_up_class_is_current(tmp_path):
    """It is what the script makes."""
    place = ROOT / "examples" / "class"
    runpy.run_path(str(place / "make.py"))["write"](tmp_path)
    for path in tmp_path.rglob("*"):
        there = place / path.relative_to(tmp_path)
        same = path.is_dir() or path.read_bytes() == there.read_bytes()
        assert same, "run: python examples/class/make.py"
    assert len(list((place / "submissions").iterdir())) == len(
        list((tmp_path / "submissions").iterdir())
    )


@pytest.mark.slow
def test_the_picture_of_watch_is_current():
    """It is what the script draws."""
    place = ROOT / "docs" / "watch_picture.py"
    made = runpy.run_path(str(place))["svg"]()
    shown = (ROOT / "docs" / "images" / "watch.svg").read_text(encoding="utf-8")
    said, shown = (uncounted(_without_lengths(text)) for text in (made, shown))
    assert said == shown, "run: python docs/watch_picture.py"


def _without_lengths(picture):
    """A picture of text without how long its lines are, which numbers of two digits change."""
    return re.sub(r' textLength="[\d.]+"', "", picture.replace("&#160;", " "))


PAGES = [
    *ROOT.glob("*.md"),
    *(path for name in ("docs", "exercises", "recipes") for path in (ROOT / name).rglob("*.md")),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """What `mkdocs build` makes of the documents, where it warns of nothing."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.slow
def test_every_page_is_in_the_site(site):
    """Where the repository has it; README.md is the first page of its folder."""
    assert len(PAGES) > 10
    for path in PAGES:
        name = re.sub("README.html$", "index.html", f"{path.relative_to(ROOT)}"[:-2] + "html")
        assert (site / name).is_file(), name


@pytest.mark.slow
def test_code_is_a_block_in_the_site_too(site):
    """A block within a list would be a line of text there."""
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "```" not in text, path.name
        assert not re.search(r"<p>(<code>)?(sh|python|console|text|toml|csv|html)\n", text), (
            path.name
        )


@pytest.mark.slow
def test_the_site_takes_nothing_from_elsewhere(site):
    """No script, style, font or picture comes from another host."""
    pages = list(site.rglob("*.html"))
    assert pages
    for path in pages:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"<(script|img|link|iframe)\b[^>]*(src|href)=.?(https?:)?//", text)
    for path in site.rglob("*.css"):
        assert not re.search(r"(url\(|@import ).?(https?:)?//", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path):
    """Every relative link and picture names a file."""
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
        assert "://" in target or (path.parent / target).exists(), target
