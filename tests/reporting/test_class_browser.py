"""The page of a class in a browser, opened from disk: what is drawn, chosen, found and told."""

import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

from torchkata.reporting import class_page, student_pages
from torchkata.reporting.class_report import Sentence, report_of
from torchkata.reporting.gathering import gather
from torchkata.reporting.told import told_of

from class_results import HOSTILE, graded, results_of

pytestmark = pytest.mark.slow

NAMES = {f"s{n:02}": name for n, name in enumerate(HOSTILE)}
SAID = {("loss/a", "doubles"): Sentence("Twice is `too` much.", "too_much")}


@pytest.fixture(scope="module")
def browser():
    """Chromium, as this machine has it."""
    found = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    assert found, "the browser's tests need Chromium: apt-get install chromium"
    with sync_playwright() as started:
        opened = started.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Writes pages of thirty students, five of them with names that are markup or not Latin."""
    students = {f"s{n:02}": answers(n) for n in range(30)}
    folder = results_of(tmp_path_factory.mktemp("class") / "results", students)

    def write(names, student=None):
        found = gather([folder], names)
        if student is not None:
            name, own = [*student_pages.pages(found, SAID)][student]
            path = folder.parent / name
            path.write_bytes(own)
            return path
        path = folder.parent / f"{len(names or ())}.html"
        text = class_page.page(report_of(found, SAID), told_of(found), anonymous=names is None)
        path.write_text(text, "utf-8")
        return path

    return write


def answers(number):
    """Every fifth doubles, every seventh is wrong in another way, and nobody is stuck but s00."""
    doubles, other = number % 5 == 0, number % 7 == 0
    first = graded("loss/a", 0.0, "doubles") if doubles else graded("loss/a", 1.0)
    return [first, graded("loss/b", 0.5 if other else 1.0), graded("steps/c", float(number > 0))]


@pytest.fixture
def opened(browser, written):
    """Opens the page; when the test is over, nothing was asked for and nothing complained of."""
    pages, complaints = [], []

    def at(names=NAMES, **options):
        page = browser.new_page(**{"viewport": {"width": 1280, "height": 900}} | options)
        pages.append(page)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        path = written(names)
        page.on("request", lambda one: one.url == path.as_uri() or complaints.append(one.url))
        page.goto(path.as_uri())
        expect(page.locator("html[data-drawn]")).to_be_attached()
        return page

    yield at
    for page in pages:
        page.close()
    assert complaints == []


def shown(page):
    """The names in the table, from top to bottom."""
    return page.locator("#all tbody tr:visible th").all_inner_texts()


def test_what_is_chosen_is_shown(opened):
    """Sort, search, filter by a misconception and by need; all of it can be cleared."""
    page = opened()
    assert len(shown(page)) == 30
    page.select_option("#order", "least")
    assert shown(page)[0] == HOSTILE[0]
    page.select_option("#order", "name")
    assert shown(page)[0] != HOSTILE[0]
    page.fill("#search", HOSTILE[1])
    expect(page.locator("#status")).to_have_text("1 of 30 students")
    assert shown(page) == [HOSTILE[1]]
    page.click("text=Clear")
    expect(page.locator("#status")).to_have_text("All 30 students")
    page.click("#held-1 summary")
    page.click("#held-1 >> text=Show them")
    expect(page.locator("#status")).to_have_text("6 of 30 students")
    assert len(shown(page)) == 6
    page.select_option("#show", "needs-stuck")
    expect(page.locator("#status")).to_have_text("1 of 30 students")
    assert shown(page) == [HOSTILE[0]]


def test_a_cell_shows_what_was_told(opened):
    """A click on the picture opens that student's answer, and from there all of theirs."""
    page = opened()
    box = page.locator("#map canvas").bounding_box()
    # In the first of thirty rows, each of 24 pixels, and the last column.
    place = {"x": box["width"] - 60, "y": box["height"] - 24 * 29.5}
    page.locator("#map canvas").click(position=place)
    dialog = page.locator("#student")
    assert "steps/c: wrong" in dialog.locator("summary").inner_text()
    assert dialog.locator("h2").inner_text() == HOSTILE[0]
    assert dialog.locator("pre").count() == 1
    dialog.locator("text=All that they were told").click()
    assert dialog.locator("pre").count() == 3
    assert "got 0.0" in dialog.locator("pre").first.inner_text()
    dialog.locator("a", has_text="Twice is").click()
    assert not dialog.is_visible()
    assert page.url.endswith("#held-1")


def test_a_name_opens_with_the_keyboard(opened):
    """Enter on a name opens what they were told, and Escape closes it."""
    page = opened()
    page.locator("#all [data-who='5']").focus()
    page.keyboard.press("Enter")
    assert page.locator("#student").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#student").is_visible()


def test_exercises_are_sorted_by_a_click(opened):
    """By what a column says, up and down, and the head of the column says which."""
    page = opened()
    passed = page.locator("table.sorted th", has_text="Passed")
    counts = page.locator("table.sorted td:nth-child(2)")
    passed.locator("button").click()
    assert counts.all_inner_texts() == ["24 of 30", "25 of 30", "29 of 30"]
    passed.locator("button").click()
    assert passed.get_attribute("aria-sort") == "descending"
    assert counts.all_inner_texts() == ["29 of 30", "25 of 30", "24 of 30"]


def test_names_join_an_anonymous_page_from_a_roster(opened, tmp_path):
    """The page holds ids alone; a roster that is opened in it names them, as text."""
    (tmp_path / "roster.csv").write_text('id,name\ns00,"Ada, <b>L</b>"\n')
    page = opened(None)
    assert shown(page)[0] == "s00"
    page.set_input_files("#roster", tmp_path / "roster.csv")
    expect(page.locator("#all th bdi").first).to_have_text("Ada, <b>L</b> (s00)")
    assert shown(page)[1] == "s01"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_everybody_can_read_it(opened, scheme, width):
    """No finding of axe, and no scrolling to the side, on a telephone as on a desk."""
    page = opened(color_scheme=scheme, viewport={"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.locator("#all [data-who='0']").click()
    found = Axe().run(page).response["violations"]
    page.keyboard.press("Escape")
    found += Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []


def test_it_prints(opened):
    """On paper as narrow as A4: nothing is cut off, who holds a mistake is named, no buttons."""
    page = opened(viewport={"width": 680, "height": 900})
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") == 680
    assert page.locator("#held-1 details bdi").first.is_visible()
    assert not page.locator("#chosen, button:visible").first.is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_student_can_read_their_own_page(browser, written, scheme):
    """On a telephone: no finding of axe, no scrolling to the side, and nothing is asked for."""
    page = browser.new_page(color_scheme=scheme, viewport={"width": 390, "height": 900})
    path, asked = written(NAMES, student=0), []
    page.on("request", lambda one: asked.append(one.url))
    page.goto(path.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert Axe().run(page).response["violations"] == []
    assert page.locator("h1 ~ p").first.inner_text() == f"{HOSTILE[0]} (s00)"
    assert asked == [path.as_uri()]
    page.close()
