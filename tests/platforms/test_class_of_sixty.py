"""A class of sixty in the real layout of each platform: everybody gets what is theirs."""

import csv
import io
from datetime import datetime

import pytest

import class_of_sixty
from command import kata
from downloads import rows_of, tree

POLICY = """
[points]
"warmup/half" = 10

[late]
per_day = 30
"""
END = datetime.fromisoformat("2026-10-24T23:59:00+02:00")


@pytest.mark.parametrize("as_zip", [False, True], ids=["folder", "zip"])
@pytest.mark.parametrize("layout", class_of_sixty.LAYOUTS, ids=lambda layout: layout.__name__)
def test_everybody_gets_their_own_bytes_and_nothing_is_lost(collect, tmp_path, layout, as_zip):
    """Of sixty students each gets exactly what they handed in last, with the time of that."""
    members = class_of_sixty.people()
    made = layout(members)
    given = ["--assignment", tmp_path / "assignment.toml"]
    done, out = collect(
        made.kind, made.files, *given, roster=class_of_sixty.roster(members), as_zip=as_zip,
        due=made.due,
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert tree(out) == made.expected
    rows = rows_of(out)
    assert {identity for identity, _ in rows} == {one.id for one in members}
    times = {identity: row.handed_in for (identity, _), row in rows.items() if row.handed_in}
    assert {one: datetime.fromisoformat(time) for one, time in times.items()} == made.times
    late = {identity for (identity, _), row in rows.items() if row.late_by}
    assert late == {one.id for one in members if one.id in made.times and one.number % 2 == 0}


def _answer(person):
    """Right, but for some; nobody else's text is the same."""
    half = "2 * x" if person.number % 4 == 0 else "x / 2"
    return f"# {person.id}\ndef half(x):\n    return {half}\n".encode()


def _points(person, made):
    """What a person has earned, as one would reckon it by hand: None for nothing handed in."""
    files = made.expected.items()
    own = [d for path, d in files if path.startswith(f"{person.id}/") and path.endswith(".py")]
    if not own:
        return None
    earned = 10 if b"x / 2" in own[0] else 0
    # Who is late hands in within the first day after the end.
    late = made.times.get(person.id, END) > END
    return earned * (0.7 if late else 1)


@pytest.mark.slow
@pytest.mark.parametrize("layout", class_of_sixty.LAYOUTS, ids=lambda layout: layout.__name__)
def test_an_independent_sum_agrees_on_all_rows(collect, elsewhere, tmp_path, monkeypatch, layout):
    """From the download to what a gradebook takes: nobody has another's grade, and none is lost."""
    monkeypatch.setattr(class_of_sixty.Person, "answer", property(_answer))
    members = class_of_sixty.people()
    made = layout(members)
    due = made.due.replace("exercises = []", 'exercises = ["warmup/half"]') + POLICY
    given = ("--assignment", tmp_path / "assignment.toml")
    roster = class_of_sixty.roster(members)
    done, out = collect(made.kind, made.files, *given, roster=roster, due=due)
    assert done.exit_code == 0, done.output
    results = tmp_path / "results"
    done = kata("grade", out, *given, "--out", results, "--class", cwd=elsewhere.root)
    assert done.returncode == 0, done.stderr
    expected = {one.id: _points(one, made) for one in members}
    rows = csv.DictReader(io.StringIO(kata("export", results, "--to", "csv").stdout))
    found = {row["student"]: float(row["points"]) if row["points"] else None for row in rows}
    assert found == expected
    book = io.StringIO()
    header = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Week 3 (1)"]
    csv.writer(book).writerows(
        [header, *([p.name, 7000 + p.number, p.id, p.login, "A", ""] for p in members)]
    )
    (tmp_path / "book.csv").write_text(book.getvalue(), encoding="utf-8")
    done = kata("export", results, "--to", "canvas", "--gradebook", tmp_path / "book.csv")
    rows = csv.DictReader(io.StringIO(done.stdout))
    found = {row["SIS User ID"]: float(row["Week 3 (1)"] or -1) for row in rows}
    assert found == {one: -1 if points is None else points for one, points in expected.items()}
