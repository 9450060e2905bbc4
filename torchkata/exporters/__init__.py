"""What platforms read: one small file for each, all made from `torchkata.results.Results`."""

from collections.abc import Callable, Mapping

from torchkata.exporters import (
    canvas,
    classroom50,
    github_classroom,
    gradescope,
    junit,
    moodle,
    tables,
)
from torchkata.exporters.common import Options
from torchkata.results import Results

# {format: what makes its text}
FORMATS: Mapping[str, Callable[[Results, Options], str]] = {
    "junit": junit.export,
    "gradescope": gradescope.export,
    "github-classroom": github_classroom.export,
    "classroom50": classroom50.export,
    "canvas": canvas.export,
    "moodle": moodle.export,
    "csv": tables.as_csv,
    "json": tables.as_json,
    "markdown": tables.as_markdown,
}
# Those that are about one submission.
OF_ONE = ("junit", "gradescope", "github-classroom", "classroom50")
