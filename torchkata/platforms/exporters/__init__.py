"""What platforms read: a small file for each, all made from `torchkata.grading.results.Results`."""

from collections.abc import Callable, Mapping

from torchkata.grading.results import Results
from torchkata.platforms.exporters import (
    canvas,
    classroom50,
    csv_tables,
    feedback,
    github_classroom,
    gradescope,
    junit,
    moodle,
)
from torchkata.platforms.exporters.common import Options

# {format: what makes its text}
FORMATS: Mapping[str, Callable[[Results, Options], str]] = {
    "junit": junit.export,
    "gradescope": gradescope.export,
    "github-classroom": github_classroom.export,
    "classroom50": classroom50.export,
    "canvas": canvas.export,
    "moodle": moodle.export,
    "csv": csv_tables.as_csv,
    "json": csv_tables.as_data,
    "markdown": csv_tables.as_report,
}
# Those that are about one submission.
OF_ONE = ("junit", "gradescope", "github-classroom", "classroom50")
# {format: what makes the files of its folder}
FOLDERS: Mapping[str, Callable[[Results, Options], Mapping[str, bytes]]] = {
    "feedback": feedback.export,
}
# Those that are about what was handed in, and not about what became of it.
ABOUT_FILES = ("similar",)
