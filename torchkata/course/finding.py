"""Which exercises are meant by what somebody types: the one finder of exercises, for all commands.

A name is an exercise's, or any part of it that no other has; in any case, with `-` for `_`, as a
path and without. An exact name wins over parts, and a module's stands for all its exercises.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence

from torchkata.course.course import Course, Exercise

_FOLDERS = ("exercises", "graders", "solutions")
_ENDING = ".py"


class NotFound(LookupError):
    """No exercise, or no single one, is meant.

    Attributes:
        name: what was typed.
        meant: the exercises that it can mean; none, if it means nothing.
        module: the module that it means, where one exercise is wanted; else empty.
        near: what is spelled nearly so, if it means nothing: exercises, and modules as `module/`.
    """

    def __init__(
        self, name: str, meant: Sequence[Exercise] = (), module: str = "", near: Sequence[str] = ()
    ) -> None:
        super().__init__(name)
        self.name, self.module, self.near = name, module, tuple(near)
        self.meant = tuple(exercise.id for exercise in meant)


def find(course: Course, name: str) -> Exercise:
    """The one exercise that a name means.

    Raises:
        NotFound: it means none, or several.
    """
    found, module = _meant(course, name, module_first=False)
    if len(found) == 1:
        return found[0]
    raise NotFound(name, found, module, [] if found else _near(course, name))


def find_all(course: Course, names: Iterable[str], *, module_first: bool = False) -> list[Exercise]:
    """The exercises that names mean, a module's name all its exercises, in this order, each once.

    Args:
        course: whose exercises.
        names: as they were typed.
        module_first: whether what is the name of a module and of an exercise means the module.

    Raises:
        NotFound: one means none; or several, and is no module's.
    """
    chosen: dict[str, Exercise] = {}
    for name in names:
        found, module = _meant(course, name, module_first)
        if not found or (len(found) > 1 and not module):
            raise NotFound(name, found, near=[] if found else _near(course, name))
        chosen |= {exercise.id: exercise for exercise in found}
    return list(chosen.values())


def folded(name: str) -> str:
    """A name as it is without what people take no notice of: case, blanks and hyphens."""
    return re.sub(r"[\s-]", "_", unicodedata.normalize("NFC", name).casefold())


def _meant(course: Course, name: str, module_first: bool) -> tuple[list[Exercise], str]:
    """The exercises that a name can mean, and the module that it means, if it is one's."""
    exercises = course.exercises.values()
    exact = [e for e in exercises if name in (e.id, e.name)]
    path, wanted = _cleaned(name)
    alike = [e for e in exercises if wanted in (folded(e.id), folded(e.name))]
    inside = [] if path.endswith(_ENDING) else [e for e in exercises if wanted == folded(e.module)]
    folder = path.endswith("/") or path.rpartition("/")[0].endswith(_FOLDERS)
    if inside and (folder or module_first or not alike):
        return inside, inside[0].module
    parts = [e for e in exercises if wanted in folded(e.id)]
    return exact or alike or parts, ""


def _cleaned(name: str) -> tuple[str, str]:
    """A name as a path, and what of it can be the name of an exercise or a module."""
    path = folded(name.strip().replace("\\", "/"))
    parts = [part for part in path.split("/") if part not in ("", ".", "..")][-2:]
    if parts and parts[0] in _FOLDERS:
        del parts[0]
    return path, "/".join(parts).removesuffix(_ENDING)


def _near(course: Course, name: str) -> list[str]:
    """The exercises and modules whose names are spelled nearly so."""
    spelled = defaultdict(list)
    for exercise in course.exercises.values():
        spelled[folded(exercise.name)].append(exercise.id)
    for module in course.modules:
        spelled[folded(module)].append(f"{module}/")
    wanted = _cleaned(name)[1].rpartition("/")[2]
    close = difflib.get_close_matches(wanted, spelled, n=3, cutoff=0.5)
    return [one for near in close for one in spelled[near]]
