"""Tables as CSV files, however a spreadsheet has saved them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

# What a spreadsheet takes for a formula, with the apostrophes that say that it is none; the wide
# signs are those of Japanese keyboards.
_FORMULA = re.compile(r"'*(\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n])")
_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")


def table(data: bytes, name: str) -> list[tuple[int, dict[str, str]]]:
    """The rows of a CSV file with a header: (line, {column: value}), without empty rows.

    The apostrophe that keeps a spreadsheet from calculating a cell is no part of its value.

    Args:
        data: its bytes, in UTF-8; separated by commas, semicolons or tabs.
        name: what it is called in errors.

    Raises:
        ValueError: it is no such file.
    """
    try:
        text = data.decode("utf-8-sig")
        rows = [(line, [_value(cell.strip()) for cell in row]) for line, row in grid(text)[0]]
    except UnicodeDecodeError as problem:
        line = data[: problem.start].count(b"\n") + 1
        raise ValueError(f"{name} is not UTF-8 in line {line}; save it as CSV UTF-8") from None
    except ValueError as problem:
        raise ValueError(f"{name}, {problem}") from None
    rows = [(line, row) for line, row in rows if any(row)]
    header = [cell.casefold() for cell in rows[0][1]] if rows else []
    for line, row in rows[1:]:
        if any(row[len(header) :]):
            raise ValueError(f"{name}, line {line}: {len(row)} cells, and {len(header)} columns")
    return [(line, dict(zip(header, row, strict=False))) for line, row in rows[1:]]


def grid(text: str) -> tuple[list[tuple[int, list[str]]], str]:
    """The rows of a CSV file as (line, cells), and what separates its cells.

    Raises:
        ValueError: it is no such file; str() says the line.
    """
    separator = max(",;\t", key=text.partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        return [(reader.line_num, row) for row in reader], separator
    except csv.Error as problem:
        raise ValueError(f"line {reader.line_num}: {problem}") from None


def csv_text(
    rows: Iterable[Iterable[object]], separator: str = ",", *, for_people: bool = True
) -> str:
    """Rows as CSV, the same on every system, with quotes where they are needed.

    Args:
        rows: their cells.
        separator: what is between two cells.
        for_people: whether a spreadsheet may open it, so that no cell may be a formula; a platform
            that imports a file takes its cells as they are.
    """
    out = io.StringIO(newline="")
    # A lone carriage return would not be quoted, and would end the row for the reader.
    lines = ([str(cell).replace("\r", " ") for cell in row] for row in rows)
    if for_people:
        lines = ([_no_formula(cell) for cell in row] for row in lines)
    csv.writer(out, delimiter=separator, lineterminator="\n").writerows(lines)
    return out.getvalue()


def csv_bytes(header: Iterable[str], rows: Iterable[Iterable[object]]) -> bytes:
    """A CSV file with a header for people, in UTF-8 with the mark by which Excel knows it."""
    return csv_text([header, *rows]).encode("utf-8-sig", "replace")


def _no_formula(cell: str) -> str:
    """A cell that no spreadsheet calculates; `_value` takes the apostrophe away again."""
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell


def _value(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
