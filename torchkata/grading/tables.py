"""Tables as CSV files, however a spreadsheet has saved them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable


def table(data: bytes, name: str) -> list[tuple[int, dict[str, str]]]:
    """The rows of a CSV file with a header: (line, {column: value}), without empty rows.

    Args:
        data: its bytes, in UTF-8; separated by commas, semicolons or tabs.
        name: what it is called in errors.

    Raises:
        ValueError: it is no such file.
    """
    try:
        text = data.decode("utf-8-sig")
        rows = [(line, [cell.strip() for cell in row]) for line, row in grid(text)[0]]
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


def csv_text(rows: Iterable[Iterable[object]], separator: str = ",") -> str:
    """Rows as CSV, the same on every system, with quotes where they are needed."""
    out = io.StringIO(newline="")
    # A lone carriage return would not be quoted, and would end the row for the reader.
    lines = ([str(cell).replace("\r", " ") for cell in row] for row in rows)
    csv.writer(out, delimiter=separator, lineterminator="\n").writerows(lines)
    return out.getvalue()


def csv_bytes(header: Iterable[str], rows: Iterable[Iterable[object]]) -> bytes:
    """A CSV file with a header, in UTF-8."""
    return csv_text([header, *rows]).encode("utf-8", "replace")
