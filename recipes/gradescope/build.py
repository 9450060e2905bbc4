"""Make the zip file that Gradescope wants as an autograder; equal input gives equal bytes.

Assurance: sandbox, landlock or account, whichever Gradescope's container allows first. The zip
holds the answers, and teachers alone can fetch it from Gradescope.

    python recipes/gradescope/build.py assignment.toml --out autograder.zip
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from torchkata.cli.options import stop
from torchkata.course.course import Course
from torchkata.course.finding import NotFound
from torchkata.course.grader import GraderError
from torchkata.grading.assignment import check, read
from torchkata.grading.records import write_bytes
from torchkata.text import messages

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]

# {name in the zip: file}
OURS = {
    "setup.sh": HERE / "setup.sh",
    "run_autograder": HERE / "run_autograder",
    "check_results.py": HERE / "check_results.py",
    "constraints.txt": ROOT / "constraints.txt",
}
EXECUTABLE = {"setup.sh", "run_autograder"}
# What pip needs to install the engine.
ENGINE = ("pyproject.toml", "README.md", "LICENSE")
# The first date that a zip file can hold.
_DATE = (1980, 1, 1, 0, 0, 0)


def build(
    assignment: Annotated[Path, typer.Argument(help="assignment.toml: what counts.")],
    out: Annotated[Path, typer.Option(help="The zip file to write.")] = Path("autograder.zip"),
    course: Annotated[Path, typer.Option(help="The folder that holds graders/.")] = ROOT,
    force: Annotated[bool, typer.Option("--force", help="Write over an existing file.")] = False,
) -> None:
    """Make an autograder for one assignment. There must be one, so that a missing file counts.

    Exit status: 0 written; 2 a wrong command, or an assignment that does not fit the course.
    """
    if out.exists() and not force:
        stop(f"build.py: {out} is there already; --force writes over it", 2)
    try:
        check(read(assignment), Course(course.resolve()))
        files = files_of(course)
    except NotFound as problem:
        stop(f"build.py: {messages.not_found(problem)}", 2)
    except (ValueError, GraderError) as problem:
        stop(f"build.py: {problem}", 2)
    write_bytes(out, zipped({**files, "assignment.toml": assignment}))
    print(f"wrote {out}; the answers are in it, so give it to Gradescope and nobody else")


def files_of(course: Path) -> dict[str, Path]:
    """{name in the zip: file}, without the assignment.

    Raises:
        ValueError: the course uses exercises of another, which are elsewhere.
    """
    engine = {f"engine/{name}": ROOT / name for name in ENGINE}
    package = {f"engine/{_within(ROOT, path)}": path for path in _ours(ROOT / "torchkata")}
    if Course(course).outline.uses:
        said = "exercises of other courses ([uses] in course.toml) are not in the zip"
        raise ValueError(f"{course}: {said}; give this the folder of the wheel for graders")
    answers = {
        f"course/{_within(course, path)}": path
        for kind in ("exercises", "graders", "solutions")
        for path in _ours(course / kind)
        if path.suffix == ".py"
    }
    outline = {f"course/{_within(course, path)}": path for path in _ours(course / "data")}
    outline["course/course.toml"] = course / "course.toml"
    outline = {name: path for name, path in outline.items() if path.is_file()}
    return {**OURS, **engine, **package, **answers, **outline}


def zipped(files: dict[str, Path]) -> bytes:
    """A zip file of these, in the order of their names, all of one date and one owner's rights."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_STORED) as archive:
        for name, path in sorted(files.items()):
            info = zipfile.ZipInfo(name, _DATE)
            # Made on Unix, whatever this is: else the rights are not read.
            info.create_system = 3
            info.external_attr = (0o100755 if name in EXECUTABLE else 0o100644) << 16
            archive.writestr(info, path.read_bytes())
    return data.getvalue()


def _ours(folder: Path) -> Iterator[Path]:
    """All files below, without what Python and editors leave."""
    for path in folder.rglob("*"):
        hidden = any(
            part.startswith((".", "__pycache__")) for part in path.relative_to(folder).parts
        )
        if path.is_file() and not hidden:
            yield path


def _within(folder: Path, path: Path) -> str:
    return path.relative_to(folder).as_posix()


if __name__ == "__main__":
    typer.run(build)
