"""What goes into torchkata-course: it is beside this folder, or, in an sdist, in it."""

import re
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

FOLDERS = ("exercises", "graders", "solutions", "data")
FILES = ("course.toml", "LICENSE")
SHARE = "share/torchkata-course"


class Version(MetadataHookInterface):
    """The version is in the engine, and nowhere else; an sdist has it in its PKG-INFO."""

    def update(self, metadata):
        """Set the version, and ask for the engine of the same one."""
        engine = Path(self.root).parent / "torchkata" / "__init__.py"
        if "version" not in metadata:
            found = re.search(r'^__version__ = "(.+)"$', engine.read_text("utf-8"), re.MULTILINE)
            metadata["version"] = found[1]
        metadata["dependencies"] = [f"torchkata=={metadata['version']}"]


class Files(BuildHookInterface):
    """Each file of the course, and nothing that tools left beside them."""

    def initialize(self, version, build_data):
        """Put the files where they belong, in a wheel or an sdist."""
        here = Path(self.root)
        course = here if (here / "graders").is_dir() else here.parent
        files = [path for name in FOLDERS for path in sorted((course / name).rglob("*"))]
        files = [
            path for path in [*files, *(course / name for name in FILES)] if _belongs(path, course)
        ]
        wheel = self.target_name == "wheel"
        chosen = build_data["shared_data" if wheel else "force_include"]
        for path in files:
            inside = path.relative_to(course).as_posix()
            chosen[str(path)] = f"{SHARE}/{inside}" if wheel else inside


def _belongs(path, course):
    inside = path.relative_to(course).parts
    hidden = any(part.startswith(".") or part == "__pycache__" for part in inside)
    return path.is_file() and not hidden and path.suffix != ".pyc"
