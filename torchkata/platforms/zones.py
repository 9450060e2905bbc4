"""Times that a platform writes without their offset from UTC, in the zone of its site."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from difflib import get_close_matches
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

_LIKE = 'timezone = "Europe/Berlin" in assignment.toml, or --timezone Europe/Berlin'


@dataclass(frozen=True)
class Zone:
    """Where a site is, as far as that is known.

    Attributes:
        name: how it is called where it is told.
        possible: the zones that it may be.
        given: whether a teacher has named it.
    """

    name: str
    possible: Sequence[tzinfo]
    given: bool = True

    def at(self, local: datetime) -> tuple[datetime | None, str]:
        """A local time with its offset, and what has to be known of it.

        None where that time is none there, or where the zones that it may be do not agree.
        """
        early, late = self._read(local, 0), self._read(local, 1)
        if len(early) == 1 == len(late):
            (first,), (second,) = early, late
            if first == second:
                return first, ""
            if self.given and first < second:
                return first, f"{local} is twice in {self.name}; the earlier is taken."
        if self.given:
            return None, f"{local} is never in {self.name}, where clocks skip it."
        return None, ""

    def _read(self, local: datetime, fold: int) -> set[datetime]:
        """What a local time can mean, each with the offset that it then has."""
        found = set()
        for zone in self.possible:
            offset = local.replace(tzinfo=zone, fold=fold).utcoffset() or timedelta()
            found.add(local.replace(tzinfo=timezone(offset)))
        return found


def named(name: str) -> Zone:
    """The zone of an IANA name.

    Raises:
        ValueError: there is none, in one sentence.
    """
    try:
        return Zone(name, [ZoneInfo(name)])
    except (ZoneInfoNotFoundError, ValueError, OSError):
        known = {one.casefold(): one for one in available_timezones()}
        near = get_close_matches(name.casefold(), known, 1)
        hint = f"; {known[near[0]]} is one" if near else "; Europe/Berlin is one"
        raise ValueError(f"{name!r} is no time zone{hint}") from None


def like(due: datetime | None) -> Zone | None:
    """All zones with the offset that `due` has; None where it says nothing of a zone, as in UTC.

    Offsets change with the seasons, and not everywhere: only where all these zones agree is it
    known what a time means.
    """
    if due is None or not due.utcoffset():
        return None
    zones = [ZoneInfo(name) for name in sorted(available_timezones())]
    same = [zone for zone in zones if due.astimezone(zone).utcoffset() == due.utcoffset()]
    return Zone(_offset(due), [*same, due.tzinfo or UTC], False)


@dataclass
class Clock:
    """Reads times, and keeps what could not be read.

    Attributes:
        zone: of times without an offset; None if it is not known.
    """

    zone: Zone | None = None
    _count: Counter[str] = field(default_factory=Counter)
    _unread: list[str] = field(default_factory=list)

    def read(self, time: datetime | None, written: str) -> tuple[datetime | None, str]:
        """When something came in, and what has to be known of that.

        Args:
            time: what was read, maybe without an offset; None if nothing could be.
            written: as the platform writes it.
        """
        if time is None:
            self._unread += [written] if written.strip(" -") else []
            return None, ""
        if time.tzinfo is not None:
            return time, ""
        if self.zone is None:
            self._count["no zone"] += 1
            return None, ""
        found, note = self.zone.at(time)
        self._count["unsure" if not (found or note) else "read"] += 1
        return found, note

    def notes(self, platform: str) -> Iterator[str]:
        """A sentence for all times that are not known, and for what was taken for granted."""
        give = f"give the site's zone: {_LIKE}"
        if self._unread:
            yield (
                f"when {len(self._unread)} came in is unknown: {platform} writes times like "
                f"{self._unread[0]!r}, which are not read; fill in handed_in in manifest.csv"
            )
        if count := self._count["no zone"]:
            yield f"when {count} came in is unknown: {platform} writes times without a zone; {give}"
        if self.zone is None or self.zone.given:
            return
        if count := self._count["unsure"]:
            yield (
                f"when {count} came in is unknown: clocks may have changed between then and `due`, "
                f"which has the offset {self.zone.name}; {give}"
            )
        if count := self._count["read"]:
            yield (
                f"when {count} came in is read with the offset {self.zone.name} of `due`; if the "
                f"site is elsewhere, {give}"
            )


def _offset(time: datetime) -> str:
    """A time's offset from UTC, as in +02:00."""
    return time.isoformat()[-6:]
