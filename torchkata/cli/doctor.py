"""What this machine offers for running answers, found by trying, and how to fix the rest."""

from __future__ import annotations

import errno
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from torchkata.cli.options import say_on_terminal
from torchkata.text.wrapping import broken

# The rest of the engine is imported where it is used: it needs torch, and some of it Linux.

# What was found, and how to fix it.
_Look = Callable[[], tuple[str, str]]

# The oldest kernel on which the sandbox is tried, and what `landlock` alone takes.
_KERNEL = (5, 14)
_NEWER_KERNEL = "Linux 6.12 or later has it (Debian 13, Ubuntu 25.04); sandbox does without"

# {container: the options with which it lets bubblewrap make namespaces}
_OPTIONS = {
    "Docker": "seccomp=unconfined apparmor=unconfined",
    "Podman": "seccomp=unconfined",
}

# {assurance: what is said where it is available}
_ASSURANCES = {
    "sandbox": "yes: both walls, what kata grade takes",
    "landlock": "yes: the inner wall alone",
    "account": "yes: the inner wall, around an account of its own",
    "limited": "yes, as a self-check: no grade against attackers",
    "practice": "yes, to learn with: no grade",
}

# {assurance: what it rests on, besides torch}
_NEEDS = {
    "sandbox": {"system", "bubblewrap", "libseccomp", "user namespaces"},
    "landlock": {"system", "libseccomp", "Landlock"},
    "account": {"system", "libseccomp"},
}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked for.

    Attributes:
        name: what it is.
        found: what was found of it.
        fix: what to do about it; empty where all is well.
    """

    name: str
    found: str
    fix: str = ""


def report(as_json: bool) -> int:
    """Print what this machine offers; 0 if answers can be graded behind both walls, else 1."""
    width, findings = shutil.get_terminal_size((0, 0)).columns, []
    for finding in examine(say_on_terminal):
        findings.append(finding)
        if not as_json:
            print(line(finding, width), flush=True)
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings], indent=2))
    return 0 if Finding("sandbox", _ASSURANCES["sandbox"]) in findings else 1


def line(finding: Finding, width: int) -> str:
    """A finding for people: one line, folded where a width is given."""
    fix = f"  -> {finding.fix}" if finding.fix else ""
    text = f"{finding.name:<15}  {finding.found}{fix}"
    if not width:
        return text
    # What is there to be copied is not broken within a word.
    return "\n".join(broken(text, width, hanging=17 if width >= 60 else 2, fold=False))


def examine(say: Callable[[str], None] = lambda _: None) -> Iterator[Finding]:
    """Look at one thing after the other; the assurances come last, and take seconds each.

    Args:
        say: is told what is tried, where that takes a while.
    """
    found = []
    for name, look in (_LOOKS | (_LINUX if platform.system() == "Linux" else {})).items():
        found.append(_finding(name, look))
        yield found[-1]
    for assurance in _ASSURANCES:
        say(f"trying {assurance} ...")
        yield _tried(assurance, found)


def _finding(name: str, look: _Look) -> Finding:
    try:
        return Finding(name, *look())
    except Exception as problem:
        return Finding(name, f"cannot be told: {_in_one_line(problem)}", "report it, please")


def _system() -> tuple[str, str]:
    found = f"{platform.system()} {platform.release()}"
    if platform.system() != "Linux":
        return found, "sandbox and account need Linux 5.14 or later, landlock 6.12"
    number = re.match(r"(\d+)\.(\d+)", platform.release())
    new_enough = number is None or (int(number[1]), int(number[2])) >= _KERNEL
    return found, "" if new_enough else "Linux 5.14 or later is needed"


def _python() -> tuple[str, str]:
    fix = "" if sys.version_info >= (3, 11) else "install Python 3.11 or later"
    return platform.python_version(), fix


def _torch() -> tuple[str, str]:
    try:
        import torch

        from torchkata.running.device import pick_device

        device = pick_device("auto")
    except Exception as problem:
        return f"cannot be imported: {_in_one_line(problem)}", "pip install torch"
    cuda, hip = torch.version.cuda, torch.version.hip
    built = f"built for CUDA {cuda}" if cuda else f"built for ROCm {hip}" if hip else "CPU build"
    return f"{torch.__version__}, {built}; device auto takes {device}", ""


def _bubblewrap() -> tuple[str, str]:
    path = shutil.which("bwrap")
    if path is None:
        return "missing", "apt-get install bubblewrap"
    from torchkata.sandbox.bubblewrap import OLDEST

    started, said = _run([path, "--version"])
    number = re.search(r"(\d+)\.(\d+)", said)
    if not started or number is None:
        return f"does not start: {said}", "install it again: apt-get install --reinstall bubblewrap"
    if (int(number[1]), int(number[2])) < OLDEST:
        return said, "0.4.0 or later is needed; each of the last releases of Linux has it"
    return said.removeprefix("bubblewrap "), ""


def _libseccomp() -> tuple[str, str]:
    try:
        import pyseccomp  # noqa: F401
    except ImportError:
        return "pyseccomp is missing", "pip install pyseccomp"
    except Exception as problem:
        return f"missing: {_in_one_line(problem)}", "apt-get install libseccomp2"
    from torchkata.sandbox.lock import filters

    return f"found, and makes filters of {len(max(filters(), key=len)) // 8} instructions", ""


def _landlock() -> tuple[str, str]:
    from torchkata.sandbox.lock import ALONE, landlock_abi

    try:
        abi = landlock_abi()
    except OSError as problem:
        if problem.errno == errno.EOPNOTSUPP:
            return "switched off", "add landlock to lsm= on the kernel's command line"
        return f"missing: {problem.strerror}", _NEWER_KERNEL
    return f"ABI {abi}", "" if abi >= ALONE else f"ABI {ALONE} is needed alone: {_NEWER_KERNEL}"


def _user_namespaces() -> tuple[str, str]:
    if not shutil.which("bwrap"):
        return "not tried, without bubblewrap", "install bubblewrap"
    from torchkata.sandbox.remedies import for_namespaces

    return (
        (f"refused: {refusal}", for_namespaces())
        if (refusal := _refusal())
        else ("can be made", "")
    )


def _user() -> tuple[str, str]:
    from torchkata.sandbox.bubblewrap import why_as_root

    if os.getuid() != 0:
        return "an ordinary one", ""
    if not shutil.which("bwrap"):
        return "root; not tried, without bubblewrap", "install bubblewrap"
    reason = why_as_root()
    if not reason:
        return "root; answers run as an unused one", ""
    return (
        f"root, and answers keep its number outside: {reason}",
        "grade as an ordinary user, or install Python and its packages where all users can read",
    )


def _container() -> tuple[str, str]:
    from torchkata.sandbox import remedies

    kind = remedies.container()
    if not kind or not _refusal():
        return kind or "none", ""
    options = [f"--security-opt {option}" for option in _OPTIONS.get(kind, "").split()]
    start = f"start it with {' '.join(options)}" if options else "let it make user namespaces"
    return kind, (
        "account and landlock need nothing more in a plain container; for sandbox, run kata "
        "outside of it, "
        f"or {start}, and never with --privileged"
    )


def _refusal() -> str:
    """Why bubblewrap makes no namespaces here, in its own words; empty if it does."""
    path = shutil.which("bwrap")
    if path is None:
        return ""
    # With a network of its own, which is refused in other places.
    wall = ["--unshare-user", "--unshare-all", "--ro-bind", "/", "/"]
    made, said = _run([path, *wall, shutil.which("true") or "/bin/true"])
    return "" if made else said


def _tried(assurance: str, found: list[Finding]) -> Finding:
    """Run a right answer with this assurance, and see it pass."""
    told = False
    try:
        with tempfile.TemporaryDirectory(prefix="kata-") as folder:
            verdict = _visit(assurance, Path(folder))
        if verdict == "passed":
            return Finding(assurance, _ASSURANCES[assurance])
        problem = f"a right answer is judged {verdict}"
    except Exception as raised:
        problem = _in_one_line(raised)
        told = type(raised).__name__ == "NoWalls"
    needed = {"torch"} | _NEEDS.get(assurance, set())
    missing = [finding.name for finding in found if finding.fix and finding.name in needed]
    # What a refusal leads out by, it says itself.
    fix = f"first fix {', '.join(missing)}" if missing else "" if told else "report it, please"
    return Finding(assurance, f"no: {problem}", fix)


def _visit(assurance: str, folder: Path) -> str:
    from torchkata.authoring import scaffold
    from torchkata.course.course import Course
    from torchkata.running import known_answers, practice
    from torchkata.running.files import File

    # What `kata new` writes holds a right answer.
    course = Course(folder)
    scaffold.begin(course, "doctor/visit")
    exercise = course.exercises["doctor/visit"]
    if assurance == "practice":
        return practice.examine(exercise, File("visit.py", exercise.solution), [0]).verdict
    from torchkata.sandbox import backends

    with backends.BY_ASSURANCE[assurance]() as worker:
        seen = worker.respond(exercise, exercise.solution, [0])
    return known_answers.judge_against(exercise, seen, (0,)).verdict


def _run(command: list[str]) -> tuple[bool, str]:
    """Whether a command succeeds, and the last line that it says."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=20)
    lines = done.stdout.decode(errors="replace").strip().splitlines()
    return done.returncode == 0, lines[-1] if lines else "it says nothing"


def _in_one_line(problem: Exception) -> str:
    return " ".join(str(problem).split()) or type(problem).__name__


_LOOKS: dict[str, _Look] = {"system": _system, "Python": _python, "torch": _torch}
_LINUX: dict[str, _Look] = {
    "bubblewrap": _bubblewrap,
    "libseccomp": _libseccomp,
    "Landlock": _landlock,
    "user namespaces": _user_namespaces,
    "user": _user,
    "container": _container,
}
