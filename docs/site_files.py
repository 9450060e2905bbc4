"""The site has the repository's own layout, so that a link leads to the same page in both.

A hook of mkdocs (see mkdocs.yml): it exchanges what mkdocs has found in docs/ for the files below.
"""

import re
from pathlib import Path

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parents[1]
SHOWN = (
    "*.md",
    "LICENSE",
    "docs/*.md",
    "docs/*.json",
    "docs/images/*",
    "examples/class/*",
    "exercises/**/*.md",
    "exercises/**/*.png",
    "exercises/**/*.py",
    "notebooks/*.ipynb",
    "recipes/**/*",
)
# A block that is saved to a file, as tests/walk.py reads it: mkdocs knows a language alone.
_SAVED = re.compile(r"^```(\w+) ([^\s=]+)$", re.MULTILINE)
_WITH_MORE = re.compile(r"^```(\w+) .+$", re.MULTILINE)


def on_files(files, *, config):
    """Keep what belongs to the theme, and add what is shown."""
    of_the_theme = [file for file in files if file.src_dir != config.docs_dir]
    shown = dict.fromkeys(path for name in SHOWN for path in sorted(ROOT.glob(name)))
    added = [
        File.generated(config, path.relative_to(ROOT).as_posix(), abs_src_path=str(path))
        for path in shown
        if path.is_file() and "__pycache__" not in path.parts
    ]
    return Files([*of_the_theme, *added])


def on_page_markdown(markdown, **_):
    """Say above a block which file it is."""
    return _WITH_MORE.sub(r"```\1", _SAVED.sub(r"`\2`:\n\n```\1", markdown))
