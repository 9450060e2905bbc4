"""A class of sixty in the real layout of each platform: everybody gets what is theirs."""

from datetime import datetime

import pytest

import class_of_sixty
from downloads import rows_of, tree


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
