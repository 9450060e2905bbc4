"""Whose hand-ins are, which of several is the last, and in which folder each goes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Literal

from torchkata.course.foreign_text import plain
from torchkata.platforms.contents import HandIn, contents_of
from torchkata.platforms.roster import Roster, Student

Keep = Literal["last", "all", "best"]

_MOST_NOTES = 5
# To look for whose name is nearest takes as long as all the rest.
_MOST_NEAREST = 50
# What of a claim says most to a teacher.
_SAID = ("name", "squashed", "github", "email", "id")
_EARLIEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Lost:
    """A hand-in that cannot be given to anybody, and why.

    Attributes:
        nearest: who it may be.
        who: what the download says of that.
    """

    hand_in: HandIn
    why: str
    nearest: str = ""
    who: str = ""


@dataclass(frozen=True)
class Placed:
    """A hand-in, whose attempt it is, and in which folder.

    Attributes:
        counts: whether the manifest has a line for it.
        note: what of it was not taken.
    """

    student: Student
    hand_in: HandIn
    attempt: int
    folder: PurePosixPath
    counts: bool = True
    note: str = ""


@dataclass
class Plan:
    """What is to be written.

    Attributes:
        placed: by student, in the order of the roster, the earliest attempt first.
        lost: what is nobody's.
        absent: who handed in nothing.
    """

    placed: list[Placed] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)
    absent: list[Student] = field(default_factory=list)

    def shared(self) -> list[tuple[HandIn, list[Student]]]:
        """What several have handed in together, and who."""
        found: dict[int, tuple[HandIn, list[Student]]] = {}
        for one in self.placed:
            found.setdefault(id(one.hand_in), (one.hand_in, []))[1].append(one.student)
        return [(hand_in, people) for hand_in, people in found.values() if len(people) > 1]


def plan_of(found: Sequence[HandIn], roster: Roster, keep: str) -> Plan:
    """Whose is what, and where it goes.

    Args:
        found: what was handed in.
        roster: by whom.
        keep: last, all or best.
    """
    plan = Plan()
    of: dict[str, list[HandIn]] = defaultdict(list)
    for hand_in in found:
        students, lost = _whose(hand_in, roster)
        plan.lost += lost
        for student in students:
            of[student.id].append(hand_in)
    disordered: dict[str, Lost] = {}
    for student in roster.students:
        attempts, certain = _in_order(of[student.id])
        if not certain and keep == "last":
            why = f"{student.id} handed in several, and nothing says which is the last"
            disordered |= {one.source: Lost(one, why, called(student)) for one in attempts}
        elif attempts:
            plan.placed += _places(student, attempts, keep)
        else:
            plan.absent.append(student)
    plan.lost += disordered.values()
    plan.placed = _with_notes(plan.placed, roster)
    plan.lost = [
        replace(one, nearest=_nearest(one, roster)) if number < _MOST_NEAREST else one
        for number, one in enumerate(plan.lost)
    ]
    return plan


def _whose(hand_in: HandIn, roster: Roster) -> tuple[list[Student], list[Lost]]:
    """Who gets a hand-in, and which of those who handed it in is nobody that we know."""
    found: dict[str, Student] = {}
    lost = [] if hand_in.claims else [Lost(hand_in, hand_in.why, who=hand_in.source)]
    # Where the platform says who handed in together, the roster's groups say nothing.
    alone = len(hand_in.claims) == 1
    for claim in hand_in.claims:
        students = roster.find(claim)
        if len(students) == 1:
            people = roster.group_of(students[0]) if alone else students
            found |= {one.id: one for one in people}
            continue
        who = plain(next((claim[key] for key in _SAID if claim.get(key)), "whose it is"))
        several = f"{who} could be {' or '.join(map(called, students))}"
        why = several if students else f"{who} is not in the roster"
        lost.append(Lost(hand_in, why, who="" if students else who))
    return list(found.values()), lost


def _nearest(lost: Lost, roster: Roster) -> str:
    student = roster.nearest(lost.who) if lost.who and not lost.nearest else None
    return called(student) if student else lost.nearest


def called(student: Student) -> str:
    """A student, as people and columns know her."""
    return f"{plain(student.name)} ({student.id})"


def _in_order(attempts: list[HandIn]) -> tuple[list[HandIn], bool]:
    """One student's hand-ins, the earliest first, and whether that is certain."""
    whens = [one.when for one in attempts]
    orders = [one.order for one in attempts]
    if None not in whens:
        return sorted(attempts, key=lambda one: one.when is not None and one.when), True
    if None not in orders:
        return sorted(attempts, key=lambda one: one.order or 0), True
    ordered = sorted(attempts, key=lambda one: one.source)
    if all(contents_of(one).files == contents_of(ordered[0]).files for one in ordered[1:]):
        return ordered[:1], True
    return ordered, False


def _places(student: Student, attempts: list[HandIn], keep: str) -> Iterator[Placed]:
    """Where a student's attempts go."""
    for number, hand_in in enumerate(attempts, start=1):
        last = number == len(attempts)
        if keep == "best":
            yield Placed(student, hand_in, number, PurePosixPath(f"{student.id}@{number}"))
        elif last:
            yield Placed(student, hand_in, number, PurePosixPath(student.id))
        elif keep == "all":
            folder = PurePosixPath(".attempts", student.id, str(number))
            yield Placed(student, hand_in, number, folder, counts=False)


def _with_notes(placed: list[Placed], roster: Roster) -> list[Placed]:
    """The same, each with what has to be known of it; a group's files are opened once."""
    notes: dict[int, list[str]] = {}
    for one in placed:
        if id(one.hand_in) not in notes:
            notes[id(one.hand_in)] = _notes(one.hand_in)
    return [
        replace(one, note=" ".join([*_called_otherwise(one, roster), *notes[id(one.hand_in)]]))
        for one in placed
    ]


def _notes(hand_in: HandIn) -> list[str]:
    notes = contents_of(hand_in).notes
    more = len(notes) - _MOST_NOTES
    said = notes[:_MOST_NOTES] + ([f"And {more} more like these."] if more > 0 else [])
    late = ["Late, as the platform says."] if hand_in.late and hand_in.when is None else []
    return [*late, *filter(None, [hand_in.note]), *said]


def _called_otherwise(one: Placed, roster: Roster) -> Iterator[str]:
    """That a number says whose it is, and the name beside it is another's: a group's, perhaps."""
    for claim in one.hand_in.claims:
        name = claim.get("squashed", claim.get("name", ""))
        if {"canvas_id", "moodle_id"} & claim.keys() and roster.find(claim) == [one.student]:
            if name and not roster.fits(one.student, name):
                # Without that name, since the student is told this, too; column `from` has it.
                yield "The name that the download has for it is not this student's."
            elif roster.is_group_of(one.student, name) and not roster.shares:
                yield (
                    f"It is the group {plain(name)}'s, and only this student gets it: "
                    "groups = true in assignment.toml shares it."
                )
