"""Module pages: their code runs, their links lead somewhere, and their pictures are current."""

import re
import runpy
from collections import Counter

import matplotlib.image
import numpy
import pytest
import torch

from conftest import ROOT

PAGES = sorted(ROOT.glob("exercises/*/README.md"))
LINK = re.compile(r"!\[[^\]]*\]\(([^)]+)\)")
CODE = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
KOREAN = re.compile(r"[가-힣]+(?: [가-힣]+)*")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_a_page_has_its_parts(page):
    """Why, the one idea, a prediction to make, the traps, and what comes next: five minutes."""
    text = page.read_text(encoding="utf-8")
    parts = re.findall(r"^\*\*(.+?)\.\*\*", text, re.MULTILINE)
    wanted = ["Why", "The one idea", "A prediction to make", "The traps", "What comes next"]
    assert [part for part in parts if part in wanted] == wanted
    assert 150 <= len(text.split()) <= 700


def _code(page):
    return CODE.findall(page.read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", [*filter(_code, PAGES)], ids=lambda page: page.parent.name)
def test_the_code_on_a_page_runs_when_it_is_pasted(page, capsys):
    """Block after block in a fresh Python: each brings its imports, and prints something."""
    pasted = {"__name__": "__main__"}
    with torch.random.fork_rng(devices=[]):
        for block in _code(page):
            exec(compile(block, str(page), "exec"), pasted)
            assert capsys.readouterr().out


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_a_page_gives_the_korean_terms_once_each(page):
    """Beside the English ones, where they come up first."""
    terms = Counter(KOREAN.findall(page.read_text(encoding="utf-8")))
    assert len(terms) >= 3
    assert set(terms.values()) == {1}


@pytest.mark.slow
def test_every_picture_is_drawn_by_the_script_and_shown_on_a_page(tmp_path, monkeypatch):
    """No picture is stale, none is missing, and none is left over."""
    script = runpy.run_path(str(ROOT / "docs" / "pictures.py"))
    script["main"](tmp_path)
    drawn = {path.relative_to(tmp_path) for path in tmp_path.glob("*/*.png")}
    there = {path.relative_to(ROOT / "exercises") for path in ROOT.glob("exercises/*/*.png")}
    shown = {
        (page.parent / target).relative_to(ROOT / "exercises")
        for page in PAGES
        for target in LINK.findall(page.read_text(encoding="utf-8"))
    }
    assert drawn == there == shown
    for picture in drawn:
        old, new = (
            matplotlib.image.imread(root / picture) for root in (ROOT / "exercises", tmp_path)
        )
        assert old.shape == new.shape
        # Other processors may round a line to another pixel.
        assert numpy.abs(old - new).mean() < 0.01, f"{picture} is stale; run docs/pictures.py"
