"""A second delivery into the same results: the later one counts, and what happens is said."""

from types import SimpleNamespace

import pytest

from torchkata.grading.assignment import Assignment, Late
from torchkata.grading.deliveries import Delivery, merged, take, unknown
from torchkata.grading.manifest import Row, as_bytes, by_submission, read

FRIDAY, MONDAY = "2026-12-04T23:00:00+09:00", "2026-12-07T08:00:00+09:00"


def ada(handed_in="", attempt=1, source=""):
    """A row of a manifest."""
    return Row("ada", "Ada", handed_in, attempt, "", source)


def test_a_time_that_is_known_stays():
    """Where the same files come once more and nothing says when; nor is what came in forgotten."""
    absent, came = Row("bo", "Bo", "", 0), Row("bo", "Bo", "", 1)
    assert set(merged([ada(FRIDAY), absent], [ada(), came]).rows) == {ada(FRIDAY), came}
    assert set(merged([ada(FRIDAY), came], [ada("", 0), absent]).rows) == {ada(FRIDAY), came}


@pytest.mark.parametrize("attempt", [1, 2])
def test_the_later_delivery_counts(attempt):
    """Its time is that of what is graded, whatever number the platform gives it."""
    found = merged([ada(FRIDAY, 2)], [ada(MONDAY, attempt)])
    assert by_submission(found.rows)["ada"].handed_in == MONDAY
    assert (found.earlier, found.notes) == (frozenset(), ())


def test_an_earlier_delivery_changes_nothing():
    """What is graded already stays, and that is said."""
    found = merged([ada(MONDAY)], [ada(FRIDAY), Row("bo", "Bo", FRIDAY, 1)])
    assert by_submission(found.rows)["ada"].handed_in == MONDAY
    assert found.earlier == {"ada"}
    assert found.notes[0].startswith(f"ada: this came in at {FRIDAY}, and what is graded already")


def test_where_no_times_are_known_the_platforms_numbers_tell():
    """Canvas says no times, and counts what is uploaded."""
    first, second = (Row("ada", "Ada", "", 1, order=order) for order in (41, 77))
    assert merged([first], [second]).rows == [second]
    found = merged([second], [first])
    assert (found.rows, found.earlier) == ([second], {"ada"})
    assert found.notes == ("ada: this came in before what is graded already, which stays",)


def test_a_changed_id_is_said_and_not_guessed():
    """Two people may have one name, so nobody gets another's grade."""
    old, new = [Row("s1", "Bo Kim", FRIDAY, 1)], [Row("s2", "Bo Kim", MONDAY, 1)]
    found = merged(old, new)
    assert set(found.rows) == {*old, *new}
    assert "s1 is not in this manifest, and s2 has the same name, Bo Kim" in found.notes[0]
    assert '`s1 = "s2"` below [renamed]' in found.notes[0]
    assert merged(old, [*old, *new]).notes == ()


def test_a_manifest_is_taken_from_the_folder_or_beside_it(tmp_path):
    """And kept with the results, those of others too."""
    rows = [ada(FRIDAY), Row("bo", "Bo", FRIDAY, 1)]
    (tmp_path / "in" / "ada").mkdir(parents=True)
    (tmp_path / "in" / "manifest.csv").write_bytes(as_bytes(rows))
    out = tmp_path / "out"
    out.mkdir()
    assert take([tmp_path / "in" / "ada"], out).rows == [ada(FRIDAY)]
    assert set(take([tmp_path / "in"], out).rows) == set(rows)
    assert set(read(out / "manifest.csv")) == set(rows)
    assert take([tmp_path / "in"], None).rows == rows


@pytest.mark.parametrize(
    ("rows", "was", "late", "said"),
    [
        ([ada()], None, Late(10), "nothing says when ada came in, so none of these is late"),
        ([], None, Late(10), "nothing says when ada came in"),
        ([ada(FRIDAY)], None, Late(10), ""),
        ([ada()], None, None, ""),
        ([ada()], 3.0, None, "ada: handed in again, and nothing says which came in later"),
        ([ada(MONDAY)], 3.0, None, ""),
    ],
)
def test_what_nothing_says_is_said(rows, was, late, said):
    """That nobody is late, or that the one graded now counts."""
    done = SimpleNamespace(record=SimpleNamespace(submission="ada"), was=was)
    notes = [*unknown(Delivery(rows), [done], Assignment("t", [], late=late))]
    assert notes == [] if not said else notes[0].startswith(said)
