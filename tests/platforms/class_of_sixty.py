"""A made-up class in the layout of each platform's download, and what each student handed in.

Names are in several scripts, with commas, hyphens and emoji, and two people have one name. One in
ten hands in nothing, one in seven twice, one in five an archive with an environment in it. What
comes in, comes in on both sides of a change of clocks.
"""

import io
import re
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

NAMES = (
    "Ada Lovelace", "김민수", "이서연", "محمد علي", "Zoë 🙂 Wees", "Bo Kim", "Bo Kim",
    "Jean-Luc Picard", "King, Martin Luther, Jr.", "José Núñez", "Ann O'Neil", "王小明",
)  # fmt: skip
FAMILIES = ("Adler", "Brandt", "Castro", "Dietz", "Ekström", "Fischer", "Grün", "Hoang", "Ito")
DUE = """\
title = "Week 3"
exercises = []
due = 2026-10-24T23:59:00+02:00
timezone = "Europe/Berlin"
"""
# Before, clocks in Berlin are two hours ahead of UTC; after, one.
_CHANGE = datetime(2026, 10, 25, 1, tzinfo=UTC)
_BEFORE, _AFTER = datetime(2026, 10, 24, 20, tzinfo=UTC), datetime(2026, 10, 25, 3, tzinfo=UTC)
_MONTHS = {10: "October"}
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Person:
    """One of the class.

    Attributes:
        number: from 0.
        name: as the roster has it.
    """

    number: int
    name: str

    @property
    def id(self):
        """What the folder is called."""
        return f"s{1000 + self.number}"

    @property
    def login(self):
        """What the person is called by machines; with an underscore, as many are."""
        return f"u_{self.number:04}"

    @property
    def handed_in(self):
        """Whether anything came in."""
        return self.number % 10 != 9

    @property
    def again(self):
        """Whether it came in twice."""
        return self.handed_in and self.number % 7 == 3

    @property
    def when(self):
        """When it came in, at last."""
        start = _BEFORE if self.number % 2 else _AFTER
        return start + timedelta(minutes=5 * (self.number % 24))

    @property
    def local(self):
        """The same on a clock in Berlin."""
        ahead = timedelta(hours=2 if self.when < _CHANGE else 1)
        return (self.when + ahead).replace(tzinfo=None)

    @property
    def answer(self):
        """What the person wrote, and nobody else did."""
        return f"# {self.id}\ndef adam(): ...\n".encode()

    @property
    def squashed(self):
        """The name as Canvas writes it: the last first, of letters and digits alone."""
        first, _, last = self.name.rpartition(" ")
        whole = self.name if "," in self.name else last + first
        return re.sub(r"[\W_]", "", whole).lower()


@dataclass
class Made:
    """A download.

    Attributes:
        kind: as `--from` has it.
        files: {path: bytes}.
        expected: {path in what is collected: bytes}.
        times: {student: when it came in}.
        due: the assignment.
    """

    kind: str
    files: dict = field(default_factory=dict)
    expected: dict = field(default_factory=dict)
    times: dict = field(default_factory=dict)
    due: str = DUE

    def hand_in(self, person, place, timed=True):
        """Put what a person handed in at a place, whose end is that of the file's name."""
        if person.number % 5 == 2:
            inner = {"work/adam.py": person.answer, "work/.venv/lib/x.py": b"installed"}
            self.files[place + ".zip"] = packed(inner)
            self.expected[f"{person.id}/work/adam.py"] = person.answer
        else:
            self.files[place + ".py"] = person.answer
            self.expected[f"{person.id}/adam.py"] = person.answer
        if timed:
            self.times[person.id] = person.when


def people(count=60):
    """The class."""
    return [Person(number, _name(number)) for number in range(count)]


def roster(members):
    """The class as its teacher keeps it; three at a time are a group."""
    lines = ["id,name,canvas_id,login,email,github,moodle_id,brightspace_id,group"]
    for one in members:
        name = one.name.replace('"', "")
        numbers = f"{7000 + one.number},{one.login},{one.login}@x.org,gh-{one.number}"
        more = f"{3000 + one.number},{5000 + one.number},team_{one.number // 3}"
        lines.append(f'{one.id},"{name}",{numbers},{more}')
    return "\n".join([*lines, ""])


def packed(files):
    """A zip file's bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return out.getvalue()


def canvas(members):
    """Flat, with numbers; the last attempt alone, whose names get a number where one was there."""
    made = Made("canvas")
    for one in _there(members):
        late = "LATE_" * (one.number % 2 == 0)
        file = "adam-1" if one.again else "adam"
        place = f"{one.squashed}_{late}{7000 + one.number}_{90000 + one.number}_{file}"
        made.hand_in(one, place, timed=False)
    return made


def canvas_groups(members):
    """A group set: the group's name, and the number of the one who handed in."""
    made = Made("canvas", due=DUE + "groups = true\n")
    for one in members[::3]:
        answer = one.answer
        team = f"team_{one.number // 3}"
        made.files[f"{team}_{7000 + one.number}_{90000 + one.number}_adam.py"] = answer
        for member in members[one.number : one.number + 3]:
            made.expected[f"{member.id}/adam.py"] = answer
    return made


def moodle(members):
    """Folders with names and numbers, and a worksheet in the local time of the site."""
    made = Made("moodle")
    rows = ["Identifier,Full name,Email address,Status,Last modified (submission)"]
    for one in _there(members):
        made.hand_in(one, f"{one.name}_{3000 + one.number}_assignsubmission_file/adam")
        when = one.local
        day = f"{_DAYS[when.weekday()]}, {when.day} {_MONTHS[when.month]} {when.year}"
        time = f"{(when.hour - 1) % 12 + 1}:{when.minute:02} {'PM' if when.hour >= 12 else 'AM'}"
        mail = f"{one.login}@x.org"
        rows.append(f'Participant {3000 + one.number},"{one.name}",{mail},,"{day}, {time}"')
    made.files["Grades-HW.csv"] = "\n".join(rows).encode("utf-8-sig")
    return made


def moodle_teams(members):
    """Folders of teams, without the names of their members."""
    made = Made("moodle", due=DUE + "groups = true\n")
    for one in members[::3]:
        made.files[f"team_{one.number // 3}_{40 + one.number}_assignsubmission_file/adam.py"] = (
            one.answer
        )
        for member in members[one.number : one.number + 3]:
            made.expected[f"{member.id}/adam.py"] = one.answer
    return made


def blackboard(members):
    """Flat, with usernames and times; all attempts, and a text beside each."""
    made = Made("blackboard")
    for one in _there(members):
        for when in _attempts(one):
            head = f"HW_3_{one.login}_attempt_{when:%Y-%m-%d-%H-%M-%S}"
            receipt = f"Name: {one.name} ({one.login})\nAssignment: HW 3\n".encode()
            made.files[f"{head}.txt"] = receipt
            made.expected[f"{one.id}/Blackboard.txt"] = receipt
            made.files |= {f"{head}_adam.py": b"old"} if when != one.local else {}
        made.hand_in(one, f"{head}_adam")
    return made


def brightspace(members):
    """Folders with numbers, names and times, one for each attempt, and an index."""
    made = Made("brightspace", files={"index.html": b"<html>"})
    for one in _there(members):
        for when in _attempts(one):
            half = "PM" if when.hour >= 12 else "AM"
            time = f"{when:%b} {when.day}, {when.year} {(when.hour - 1) % 12 + 1}{when:%M} {half}"
            folder = f"{5000 + one.number}-777 - {one.name} - {time}"
            made.files |= {f"{folder}/adam.py": b"old"} if when != one.local else {}
        made.hand_in(one, f"{folder}/adam")
    return made


def google_classroom(members):
    """A folder of Drive; the students were told to begin each name with their id."""
    made = Made("google-classroom")
    for one in _there(members):
        made.hand_in(one, f"HW 3/{one.id}_adam", timed=False)
    return made


def gradescope(members):
    """Folders with numbers, and a list that says whose they are."""
    made = Made("gradescope")
    listing = ["---"]
    for one in _there(members):
        made.hand_in(one, f"assignment_5_export/submission_{one.number}/adam")
        listing += [
            f"submission_{one.number}:",
            "  :submitters:",
            f'  - :name: "{one.name}"',
            f"    :sid: '{one.id}'",
            f"    :email: {one.login}@x.org",
            f"  :created_at: {one.when:%Y-%m-%d %H:%M:%S}.000000000 Z",
        ]
    made.files["assignment_5_export/submission_metadata.yml"] = "\n".join(listing).encode()
    return made


def github(members):
    """Clones, and the list of the classroom; archives in them do not change."""
    made = Made("github")
    rows = ["assignment_name,github_username,student_repository_name,submission_timestamp"]
    for one in _there(members):
        made.files[f"hw-3-gh-{one.number}/exercises/adam.py"] = one.answer
        made.expected[f"{one.id}/exercises/adam.py"] = one.answer
        made.times[one.id] = one.when
        stamp = one.when.isoformat().replace("+00:00", "Z")
        rows.append(f"HW 3,gh-{one.number},school/hw-3-gh-{one.number},{stamp}")
    made.files["classroom.csv"] = "\n".join(rows).encode()
    return made


def folder(members):
    """Folders named by id, login, e-mail address or, where it is nobody else's, name."""
    made = Made("folder")
    for one in _there(members):
        names = [one.id, one.login, f"{one.login}@x.org"]
        names += [one.name] * (sum(other.name == one.name for other in members) == 1)
        made.hand_in(one, f"{names[one.number % len(names)]}/adam", timed=False)
    return made


LAYOUTS = (
    canvas, canvas_groups, moodle, moodle_teams, blackboard, brightspace, google_classroom,
    gradescope, github, folder,
)  # fmt: skip


def _name(number):
    """The first are special, and all later names are somebody's alone."""
    if number < len(NAMES):
        return NAMES[number]
    return f"{NAMES[number % 5]}-{number} {FAMILIES[number % len(FAMILIES)]}"


def _there(members):
    return [one for one in members if one.handed_in]


def _attempts(person):
    """When a person handed in, on a clock in Berlin, the last at the end."""
    return [*[person.local - timedelta(days=1)] * person.again, person.local]
