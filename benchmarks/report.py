"""What the class page costs, of many students by many exercises: to write, to draw, to filter.

Run: python benchmarks/report.py [students exercises]      1000 by 100, unless you say otherwise
"""

import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from torchkata.grading import records
from torchkata.grading.records import BatchInfo, Graded, Record

ROOT = Path(__file__).parents[1]
_KATA = [sys.executable, "-P", "-c", "from torchkata.cli.start import main; main()"]
# Choose, and wait until the picture is there and the browser has shown it.
_CHOOSE = """async (value) => {
    const drawn = new Promise((done) => new MutationObserver(done).observe(
        document.getElementById("map"), { childList: true }));
    const began = performance.now();
    const select = document.getElementById("show");
    select.value = value;
    select.dispatchEvent(new Event("change", { bubbles: true }));
    await drawn;
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    return (performance.now() - began) / 1000;
}"""


def main(students=1000, exercises=100):
    """Measure, and say so."""
    with tempfile.TemporaryDirectory() as folder:
        results, page = Path(folder, "results"), Path(folder, "class.html")
        write(results, students, exercises)
        began = time.perf_counter()
        typed = [*_KATA, "report", results, "--out", page]
        subprocess.run(typed, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        took = time.perf_counter() - began
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        peak, busy = used.ru_maxrss / 1024, used.ru_utime + used.ru_stime
        size = page.stat().st_size / 1e6
        print(f"{students} students by {exercises} exercises: written in {took:.1f} s")
        print(f"{busy:.1f} s of a processor, peak memory {peak:.0f} MiB, the page {size:.2f} MB")
        look(page)


def look(page):
    """Open the page, filter it, and say how long each took."""
    found = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))))
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=found, args=["--no-sandbox"])
        shown = browser.new_page(viewport={"width": 1280, "height": 900})
        began = time.perf_counter()
        shown.goto(page.as_uri())
        expect(shown.locator("html[data-drawn]")).to_be_attached(timeout=60_000)
        print(f"first drawn in {time.perf_counter() - began:.2f} s")
        for value, what in (("held-0", "a misconception"), ("needs-stuck", "stuck"), ("", "all")):
            print(f"filtered ({what}) in {shown.evaluate(_CHOOSE, value):.2f} s")
        browser.close()


def write(folder, students, exercises):
    """Results of a class in which ability and difficulty differ, told as much as usual."""
    drawn = random.Random(0)
    info = BatchInfo([1], "x", "sandbox", "cpu", "full", finished=True, place=str(folder))
    records.write(folder / "batch.json", info)
    for number in range(students):
        ability = drawn.gauss(0, 1)
        given = [one(drawn, ability, place, exercises) for place in range(exercises)]
        who, points = f"s{number:04}", sum(graded.points for graded in given)
        made = Record(
            who, "x", "sandbox", [1], "cpu", "float32", "2.13", "linux", "2026-12-04T00:00:00",
            1.0, points, float(exercises), given,
        )  # fmt: skip
        records.write(records.path_of(folder / "records", who), made)


def one(drawn, ability, place, exercises):
    """An exercise, harder than the one before; seven in ten wrong answers have a name."""
    passed = ability + drawn.gauss(0, 1) > place / exercises - 0.7
    mistake = f"mistake_{drawn.randrange(6)}" if not passed and drawn.random() < 0.7 else None
    said = f"of {mistake or drawn.randrange(200)}"
    told = "" if passed else f"Your answer is wrong: expected 0.25, got a number {said}\n  " * 10
    return Graded(
        f"module{place // 10}/exercise{place % 10}", "" if passed else str(drawn.random()),
        "passed" if passed else "wrong", float(passed), 1.0, {}, mistake, [], f"x  wrong\n  {told}",
        0.1,
    )  # fmt: skip


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
