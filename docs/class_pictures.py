"""Takes the pictures of the class page, as a browser shows the class of examples/class: ids alone.

Run: python docs/class_pictures.py            writes docs/images/class_*.png; it takes a minute
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
CLASS = "examples/class"
TERMS = ("--assignment", f"{CLASS}/assignment.toml")
_KATA = [sys.executable, "-P", "-c", "from torchkata.cli.start import main; main()"]
DESK, TELEPHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


def main():
    """Write the pictures."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as started:
        page = written(Path(folder))
        found = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))))
        browser = started.chromium.launch(executable_path=found, args=["--no-sandbox"])
        take(browser, page)
        browser.close()


def written(folder):
    """The page of the class, graded in a folder."""
    names = ("--from", "canvas", "--roster", f"{CLASS}/roster.csv")
    handed_in, results, page = folder / "handed-in", folder / "results", folder / "class.html"
    kata("collect", f"{CLASS}/submissions", *names, *TERMS, "--out", handed_in, "--yes")
    # What is wrong of a class is told by the exit status, too.
    kata("grade", handed_in, *TERMS, "--out", results)
    kata("report", results, "--anonymous", "--out", page)
    return page


def kata(*typed):
    """Run a command of kata's where the course is."""
    done = subprocess.run([*_KATA, *map(str, typed)], cwd=ROOT, capture_output=True, text=True)
    if done.returncode > 1:
        raise SystemExit(done.stderr)


def take(browser, page):
    """What to say on Monday, the whole class, what one was told, and a telephone in the dark."""
    with opened(browser, page, viewport=DESK) as shown:
        shown.screenshot(path=IMAGES / "class_monday.png")
        shown.locator("#students").evaluate("one => one.scrollIntoView()")
        shown.screenshot(path=IMAGES / "class_students.png")
        shown.locator("#all [data-who='2']").click()
        shown.locator("#student").screenshot(path=IMAGES / "class_told.png")
    with opened(browser, page, viewport=TELEPHONE, color_scheme="dark") as shown:
        shown.screenshot(path=IMAGES / "class_telephone.png")


def opened(browser, page, **options):
    """The page, drawn."""
    shown = browser.new_page(**options)
    shown.goto(page.as_uri())
    expect(shown.locator("html[data-drawn]")).to_be_attached()
    return shown


if __name__ == "__main__":
    main()
