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
        separator = max(",;\t", key=text.partition("\n")[0].count)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except UnicodeDecodeError as problem:
        line = data[: problem.start].count(b"\n") + 1
        raise ValueError(f"{name} is not UTF-8 in line {line}; save it as CSV UTF-8") from None
    except csv.Error as problem:
        raise ValueError(f"{name}, line {reader.line_num}: {problem}") from None
    rows = [(line, row) for line, row in rows if any(row)]
    header = [cell.casefold() for cell in rows[0][1]] if rows else []
    for line, row in rows[1:]:
        if any(row[len(header) :]):
            raise ValueError(f"{name}, line {line}: {len(row)} cells, and {len(header)} columns")
    return [(line, dict(zip(header, row, strict=False))) for line, row in rows[1:]]


def csv_bytes(header: Iterable[str], rows: Iterable[Iterable[object]]) -> bytes:
    """A CSV file, the same on every system."""
    out = io.StringIO(newline="")
    # A lone carriage return would not be quoted, and end the row for whoever reads it.
    lines = ([str(cell).replace("\r", " ") for cell in row] for row in [header, *rows])
    csv.writer(out, lineterminator="\n").writerows(lines)
    return out.getvalue().encode("utf-8", "replace")
