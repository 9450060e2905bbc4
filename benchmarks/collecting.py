"""How long it takes to collect a class from each platform; 1000 students are to take under 30 s.

The class and the layouts are those of tests/platforms/class_of_sixty.py. The last line is of a
roster that knows none of them, so that everything is nobody's.

Run: python benchmarks/collecting.py [students]
"""

import sys
import tempfile
import time
from pathlib import Path

from typer.testing import CliRunner

from torchkata.cli.app import app

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "platforms"))
import class_of_sixty  # noqa: E402


def collected(folder, made, roster):
    """Collect a download as a teacher does, and the seconds it took."""
    (folder / "roster.csv").write_text(roster, encoding="utf-8")
    (folder / "assignment.toml").write_text(made.due, encoding="utf-8")
    (folder / "download.zip").write_bytes(class_of_sixty.packed(made.files))
    typed = [folder / "download.zip", "--from", made.kind, "--roster", folder / "roster.csv"]
    typed += ["--assignment", folder / "assignment.toml", "--out", folder / "out"]
    begun = time.perf_counter()
    done = CliRunner().invoke(app, ["collect", *map(str, typed)])
    return time.perf_counter() - begun, done.exit_code


def main(students=1000):
    """Measure each platform, and a class of strangers."""
    members = class_of_sixty.people(students)
    roster = class_of_sixty.roster(members)
    strangers = "id,name\n" + "".join(f"x{n},Nobody Known{n}\n" for n in range(students))
    cases = [(one.__name__, one, roster, 0) for one in class_of_sixty.LAYOUTS]
    cases.append(("nobody is known", class_of_sixty.moodle, strangers, 1))
    for name, layout, people, expected in cases:
        with tempfile.TemporaryDirectory() as folder:
            seconds, status = collected(Path(folder), layout(members), people)
        assert status == expected, f"{name} ended with {status}"
        print(f"{name:20}{students} students{seconds:8.1f} s")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
