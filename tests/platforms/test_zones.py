"""Local times of a platform: what they mean in its zone, and when that is not known."""

from datetime import datetime

import pytest

from torchkata.platforms import zones

SUMMER = "2026-09-23T12:00:00+02:00"


def said(zone, local):
    """What a local time is in a zone, as ISO 8601 with its note."""
    found, note = zone.at(datetime.fromisoformat(local))
    return found and found.isoformat(), note


@pytest.mark.parametrize(
    ("local", "time"),
    [
        ("2026-10-24T23:59:00", "2026-10-24T23:59:00+02:00"),
        ("2026-10-25T23:59:00", "2026-10-25T23:59:00+01:00"),
        ("2026-03-28T23:59:00", "2026-03-28T23:59:00+01:00"),
        ("2026-03-29T03:00:00", "2026-03-29T03:00:00+02:00"),
    ],
)
def test_a_zone_by_name_knows_when_clocks_change(local, time):
    """The offset is that of the day, not that of the assignment's end."""
    assert said(zones.named("Europe/Berlin"), local) == (time, "")


def test_a_time_that_is_twice_is_the_earlier_and_told():
    """Nobody is late by a doubt."""
    found, note = said(zones.named("Europe/Berlin"), "2026-10-25T02:30:00")
    assert found == "2026-10-25T02:30:00+02:00"
    assert note == "2026-10-25 02:30:00 is twice in Europe/Berlin; the earlier is taken."


def test_a_time_that_never_is_is_not_known_and_told():
    """Clocks skip it; nothing is made up."""
    found, note = said(zones.named("Europe/Berlin"), "2026-03-29T02:30:00")
    assert found is None
    assert note == "2026-03-29 02:30:00 is never in Europe/Berlin, where clocks skip it."


@pytest.mark.parametrize(
    ("due", "local", "time"),
    [
        (SUMMER, "2026-09-23T13:05:00", "2026-09-23T13:05:00+02:00"),
        (SUMMER, "2026-11-23T13:05:00", None),
        ("2026-09-23T12:00:00+09:00", "2026-12-23T13:05:00", "2026-12-23T13:05:00+09:00"),
        ("2026-10-24T23:59:00+02:00", "2026-10-25T13:05:00", None),
        ("2026-10-24T23:59:00+02:00", "2026-10-25T02:30:00", None),
    ],
)
def test_the_offset_of_due_is_used_where_every_zone_that_has_it_agrees(due, local, time):
    """Korea never changes its clocks; Berlin and Johannesburg agree in summer alone."""
    assert said(zones.like(datetime.fromisoformat(due)), local) == (time, "")


@pytest.mark.parametrize("due", [None, "2026-09-23T12:00:00Z"])
def test_utc_says_nothing_of_a_zone(due):
    """A teacher who wrote `due` in UTC has not said where the site is."""
    assert zones.like(due and datetime.fromisoformat(due)) is None


@pytest.mark.parametrize("name", ["Europe/Berln", "CEST", "../etc/passwd", "/etc", "", "a\0b"])
def test_a_wrong_zone_is_one_sentence(name):
    """It names one that there is."""
    with pytest.raises(ValueError, match=r"is no time zone; \S+ is one$"):
        zones.named(name)


def test_a_misspelt_zone_names_the_nearest():
    """What was meant is said."""
    with pytest.raises(ValueError, match="'europe/berln' is no time zone; Europe/Berlin is one"):
        zones.named("europe/berln")


LINES = "Identifier,Full name,Last modified (submission)\nParticipant 5,Ada Lovelace,{}\n"
LATE = "Monday, 26 October 2026, 1:05 AM"


@pytest.mark.parametrize(
    ("due", "options", "written", "handed_in", "told"),
    [
        ("2026-10-24T23:59:00+02:00", (), LATE, "", "clocks may have changed between then and"),
        ("2026-10-24T23:59:00Z", (), LATE, "", "Moodle writes times without a zone; give the"),
        (
            "2026-10-24T23:59:00+02:00",
            ("--timezone", "Europe/Berlin"),
            LATE,
            "2026-10-26T01:05:00+01:00",
            "students handed in",
        ),
        (
            "2026-10-24T23:59:00+09:00",
            (),
            LATE,
            "2026-10-26T01:05:00+09:00",
            "is read with the offset +09:00 of `due`; if the site is elsewhere",
        ),
        (
            "2026-10-24T23:59:00+09:00",
            ("--timezone", "Europe/Berlin"),
            "Sunday, 25 October 2026, 2:30 AM",
            "2026-10-25T02:30:00+02:00",
            "ada: 2026-10-25 02:30:00 is twice in Europe/Berlin",
        ),
        ("2026-10-24T23:59:00+09:00", (), "gestern", "", "writes times like 'gestern', which are"),
    ],
)
def test_lateness_is_right_or_told(collect, tmp_path, due, options, written, handed_in, told):
    """Across a change of clocks nobody pays for an hour that was none, and doubts are said."""
    files = {
        "g.csv": LINES.format(f'"{written}"').encode(),
        "Ada Lovelace_5_assignsubmission_file_/x.py": b"x",
    }
    given = ["--assignment", tmp_path / "assignment.toml", *options]
    text = f'title = "t"\nexercises = []\ndue = {due}\n'
    done, out = collect("moodle", files, *given, due=text)
    assert done.exit_code == 0, done.output
    assert told in done.output
    assert f",{handed_in},1," in (out / "manifest.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("options", [["--timezone", "Mars"], []])
def test_a_wrong_zone_writes_nothing(collect, tmp_path, options):
    """On the command line and in the assignment alike."""
    text = 'title = "t"\nexercises = []\ntimezone = "Mars/Base"\n' * (not options)
    given = ["--assignment", tmp_path / "assignment.toml"] if text else []
    done, out = collect("folder", {"ada/x.py": b""}, *given, *options, due=text)
    assert done.exit_code == 2
    assert "is no time zone" in done.output
    assert not out.exists()
