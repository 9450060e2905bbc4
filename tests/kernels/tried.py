"""What is tried on another kernel, in an emulator: `kata doctor`, a batch, and some attacks.

Run there by boot.sh, with this repository's Python. An emulator is slow, so each time limit
is longer here; nothing else differs.
"""

import sys
import tempfile
from pathlib import Path
from unittest import mock

from torchkata.authoring import scaffold
from torchkata.cli import doctor
from torchkata.course.course import Course
from torchkata.grading import batch
from torchkata.grading.grading_run import Terms
from torchkata.grading.submission import find_all
from torchkata.sandbox import backends, bubblewrap

# Each is to earn nothing: it reads what is around, leaves something, starts or signals something.
HOSTILE = {
    "passwd": "open('/etc/passwd').read()",
    "proc": "open('/proc/1/environ').read()",
    "root": "import os; os.listdir('/')",
    "memory": "open('/dev/shm/left', 'w')",
    "link": "import os; os.symlink('/etc', 'link')",
    "mode": "import os; os.mkdir('/proc/new')",
    "fork": "import os; os.fork()",
    "kill": "import os; os.kill(os.getppid(), 9)",
    "socket": "import socket; socket.socket()",
    "exec": "import os; os.execv('/bin/true', ['true'])",
    "engine": "open('/kata/engine/torchkata/new.py', 'w')",
    "leaves": "import os; os._exit(0)",
}


def main():
    """Say what is found; the status is 0 if honest answers pass, and hostile ones get nothing."""
    slow = mock.patch.multiple(backends, _START=1500.0, _GRACE=300.0)
    with slow, mock.patch.object(bubblewrap, "_TO_TRY", 300.0):
        doctor.report(as_json=False)
        kinds = [backends.Sandbox, backends.Account][: 1 + ("account" in sys.argv)]
        return max(tried(kind) for kind in kinds)


def tried(kind):
    """Grade an honest submission before and after the hostile ones: 0 if all is as it should be."""
    with tempfile.TemporaryDirectory(prefix="kata-") as folder:
        course = Course(Path(folder, "course"))
        course.root.mkdir()
        scaffold.begin(course, "kernel/visit")
        solution = course.exercises["kernel/visit"].solution
        texts = {"honest": solution, **HOSTILE, "honest again": solution}
        for name, text in texts.items():
            path = Path(folder, "handed in", name, "kernel", "visit.py")
            path.parent.mkdir(parents=True)
            path.write_text(f"{text}\n\n{'' if text == solution else solution}")
        submissions = find_all(course, [Path(folder, "handed in")])
        done = [one.record for one in batch.run(submissions, Terms((1,), kind))]
    found = {record.submission: record.exercises[0].verdict for record in done}
    print(f"{kind.assurance} ({done[0].walls}): {found}")
    failures = [one.failure for record in done for one in record.exercises if one.failure]
    print("\n".join(["failures of ours:", *failures] if failures else []))
    right = {name for name, verdict in found.items() if verdict == "passed"}
    return int(bool(failures) or right != {"honest", "honest again"} or len(found) != len(texts))


if __name__ == "__main__":
    sys.exit(main())
