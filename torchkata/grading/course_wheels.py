"""A course to install, as two wheels: for learners without an answer in it, and for graders whole.

Both put it below share/, as data: nothing in them can be imported.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from torchkata.course.course import Course, Exercise
from torchkata.course.engine_wheel import SHELF, build_wheel, wheel_name, wheel_of
from torchkata.course.outline import FILE
from torchkata.course.packages import distributions
from torchkata.course.writing import write_bytes
from torchkata.grading.pack import packages_of, write_outline, write_pages, write_recorded

_SEEDS = (0, 1)
_FIRST_VERSION = "0.1"
_FACTS = """\
Metadata-Version: 2.1
Name: {name}
Version: {version}
Summary: {summary}
Requires-Python: >=3.11
Requires-Dist: torchkata=={engine}
"""
# As pip takes it: 1, 1.2, 2026.10.
_VERSION = r"[0-9]+(\.[0-9]+)*"


@dataclass(frozen=True)
class Built:
    """What was written.

    Attributes:
        learners, graders, engine: the wheels.
        exercises: how many are in them.
        unusable: {exercise: what is wrong with its files}, of those that were left out.
    """

    learners: Path
    graders: Path
    engine: Path
    exercises: int
    unusable: dict[str, str]


def build(
    course: Course, name: str, out: Path, say: Callable[[str], None] = lambda _: None
) -> Built:
    """Write the wheels of a course, and the engine's, the same bytes for the same files.

    Args:
        course: with its answers.
        name: what pip is to call it; the wheel for graders has `-graders` behind it.
        out: the folder; wheels in it are overwritten.
        say: is told which exercise is recorded; each takes some seconds.

    Raises:
        ValueError: it cannot be called so, no exercise can be used, or one cannot be trusted.
    """
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name) or name.startswith("torchkata"):
        raise ValueError(
            f"{name!r} cannot be the name of a distribution: small letters, digits and single "
            "hyphens, and no torchkata; say another with --name"
        )
    if not re.fullmatch(_VERSION, course.outline.version or _FIRST_VERSION):
        said = f"version = {course.outline.version!r} is none that pip takes; write one like 1.2"
        raise ValueError(f"{course.root / FILE}: {said}")
    faults = {name: exercise.fault() for name, exercise in course.exercises.items()}
    unusable = {name: fault for name, fault in faults.items() if fault}
    chosen = [exercise for exercise in course.exercises.values() if exercise.id not in unusable]
    if not chosen:
        raise ValueError(f"no exercise can be used: {next(iter(unusable.values()))}")
    paths = {}
    for kind, write in (("", _write_for_learners), ("-graders", _write_for_graders)):
        with tempfile.TemporaryDirectory() as folder:
            write(Path(folder), chosen, say)
            _write_frame(Path(folder), course, chosen)
            facts = [f"Requires-Dist: {one}" for one in distributions(packages_of(chosen))]
            licence = " ".join(course.outline.licence.split())
            facts += [f"License: {licence}"] if licence else []
            paths[kind] = _write_wheel(out, course, f"{name}{kind}", Path(folder), facts)
    write_bytes(out / wheel_name(), build_wheel())
    return Built(paths[""], paths["-graders"], out / wheel_name(), len(chosen), unusable)


def name_for(course: Course) -> str:
    """What pip may call a course: its title, or else its folder's name, in small letters."""
    said = (course.outline.title or course.root.name).lower()
    return "-".join(re.findall(r"[a-z0-9]+", said))


def _write_for_learners(
    folder: Path, exercises: list[Exercise], say: Callable[[str], None]
) -> None:
    for number, exercise in enumerate(exercises, start=1):
        say(f"{number} of {len(exercises)}: {exercise.id}")
        write_recorded(folder, exercise, _SEEDS)


def _write_for_graders(folder: Path, exercises: list[Exercise], _: Callable[[str], None]) -> None:
    for exercise in exercises:
        root = exercise.course.root
        write_bytes(folder / "exercises" / exercise.relative, exercise.stub.encode())
        for path in (exercise.grader_path, exercise.solution_path, *exercise.shared_paths):
            target = folder / path.relative_to(root)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)


def _write_frame(folder: Path, course: Course, exercises: list[Exercise]) -> None:
    """Pages, the list, the licence, and what the course says of these exercises."""
    write_pages(folder, exercises)
    write_outline(folder, course, exercises)
    for path in (course.list_path, *course.root.glob("LICEN[CS]E*")):
        if path.is_file():
            write_bytes(folder / path.relative_to(course.root), path.read_bytes())


def _write_wheel(out: Path, course: Course, name: str, folder: Path, more: Sequence[str]) -> Path:
    version = course.outline.version or _FIRST_VERSION
    stem = f"{name.replace('-', '_')}-{version}"
    place = f"{stem}.data/data/share/{SHELF}/{name}"
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    contents = {
        f"{place}/{path.relative_to(folder).as_posix()}": path.read_bytes() for path in files
    }
    facts = _FACTS.format(
        name=name,
        version=version,
        summary=" ".join((course.outline.title or name).split()),
        engine=metadata.version("torchkata"),
    )
    contents[f"{stem}.dist-info/METADATA"] = "\n".join([facts.rstrip(), *more, ""]).encode()
    path = out / f"{stem}-py3-none-any.whl"
    write_bytes(path, wheel_of(f"{stem}.dist-info", contents))
    return path
