"""What platforms read: a small file for each, all made from `torchkata.grading.results.Results`."""

from collections.abc import Callable, Mapping

from torchkata.grading.results import Results
from torchkata.platforms.exporters import (
    canvas,
    classroom50,
    csv_tables,
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
