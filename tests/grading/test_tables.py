"""Tables as CSV: what people open calculates nothing, and what we wrote we read again."""

import csv
import io

import pytest

from torchkata.grading import manifest
from torchkata.grading.tables import csv_bytes, csv_text, table

FORMULAS = [
    "=1+1", "+1+cmd", "-2+3", "@SUM(A1)", "\t=1", "=HYPERLINK(1)", " =1", "\uff1d1",
    "\uff20a", "-", "@bo", "'=1+1", "''=1", "'-1", "=\n1", "-1 of 4",
]  # fmt: skip
PLAIN = ["-1", "+1", "-0.5", "-0,5", "1e3", "", "a=b", "O'Neil", "'quoted'", "김", "10-12"]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_cell_that_begins_like_a_formula_is_text_and_is_read_again(text):
    """With an apostrophe in front, which our own reader takes away."""
    data = csv_bytes(["a", "b"], [["x", text]])
    row = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))[1]
    assert row[1] == f"'{text}"
    assert table(data, "t.csv") == [(2 + text.count("\n"), {"a": "x", "b": text})]


@pytest.mark.parametrize("text", PLAIN)
def test_numbers_and_names_are_no_formulas(text):
    """Points below 0 stay numbers."""
    data = csv_bytes(["a", "b"], [["x", text]])
    assert list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))[1] == ["x", text]
    assert table(data, "t.csv") == [(2, {"a": "x", "b": text})]


def test_what_people_open_has_the_mark_by_which_excel_knows_utf_8():
    """And a reader of ours takes no notice of it."""
    data = manifest.as_bytes([manifest.Row("a", "김민수")])
    assert data.startswith(b"\xef\xbb\xbfid,")
    assert csv_bytes(["from"], []).startswith(b"\xef\xbb\xbf")
    assert table(data, "t.csv")[0][1]["id"] == "a"


def test_a_manifest_of_formulas_comes_back_the_same(tmp_path):
    """Every column that others write, of a student whose id is one, too."""
    rows = [
        manifest.Row(f"@{text.strip()}", text.strip(), source=text.strip()) for text in FORMULAS
    ]
    (tmp_path / "manifest.csv").write_bytes(manifest.as_bytes(rows))
    assert manifest.read(tmp_path / "manifest.csv") == rows


def test_what_a_platform_imports_is_exact():
    """It compares cells with its own, and no spreadsheet comes between."""
    assert csv_text([["=1", "-a"]], for_people=False) == "=1,-a\n"
