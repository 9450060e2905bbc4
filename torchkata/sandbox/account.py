"""An account of its own for a worker of root's, in /usr as its whole root.

For containers that run as root and may make no namespaces. /usr holds programs and libraries, can
be read by everyone, written by nobody else, and has no /proc, /tmp or /etc. Where a process may not
change its root, Landlock has to hide the rest.
"""

from __future__ import annotations

import contextlib
import os
import random
import stat
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path

from torchkata.sandbox import lock

JAIL = Path("/usr")

# {what torch needs to start: its device number}
_DEVICES = {"dev/null": (1, 3), "dev/urandom": (1, 9)}
_UNUSED = range(61184, 65520)

_given: set[int] = set()
_giving = threading.Lock()


def unused() -> int:
    """A user's number that has no name and no process here, from those that systemd keeps free."""
    import pwd

    taken = {entry.pw_uid for entry in pwd.getpwall()}
    for entry in os.scandir("/proc"):
        with contextlib.suppress(OSError):
            taken.add(entry.stat().st_uid)
    with _giving:
        # One that a worker was given may have no process yet.
        free = [user for user in _UNUSED if user not in taken | _given]
        found = random.SystemRandom().choice(free)
        _given.add(found)
    return found


def prepare_jail() -> None:
    """Make what torch needs in there, once for all workers.

    Raises:
        OSError: it cannot be made.
    """
    for name, number in _DEVICES.items():
        path = JAIL / name
        path.parent.mkdir(mode=0o755, exist_ok=True)
        if not path.exists():
            with contextlib.suppress(FileExistsError):
                os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(*number))
                # Whatever the umask.
                path.chmod(0o666)


def inside(path: str) -> str:
    """Where a path of this machine is for a process whose root is the jail.

    Raises:
        ValueError: it is not there.
    """
    return f"/{Path(path).resolve().relative_to(JAIL)}"


def become(jail: str, user: int, program: int) -> None:
    """Make this process one of an account in a jail, for ever.

    Args:
        jail: its root from now on; empty keeps the one it has.
        user: the account's number.
        program: a descriptor that reads as the seccomp program of the worker.

    Raises:
        OSError: one of these is not allowed here.
    """
    if jail:
        os.chroot(jail)
    os.chdir("/")
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    os.umask(0o077)
    lock.drop_capabilities()
    lock.load(os.read(program, 1 << 16))
    os.close(program)


def end_all(user: int) -> None:
    """End all processes of an account, which takes no power but to become it."""
    subprocess.run(
        ["/bin/sh", "-c", "kill -9 -1"],
        user=user,
        group=user,
        extra_groups=[],
        stderr=subprocess.DEVNULL,
        check=False,
        cwd="/",
    )


def environment(home: str, own: str, processor: str) -> Mapping[str, str]:
    """What Python is started with.

    Args:
        home: below it are Python's own files.
        own: the worker's folder.
        processor: what torch takes it for; without /proc/cpuinfo it would compute otherwise.
    """
    library = f"{home.rstrip('/')}/lib"
    names = {"PYTHONHOME": home, "LD_LIBRARY_PATH": library, "TMPDIR": own, "HOME": own}
    return names | {"OMP_NUM_THREADS": "1", "ATEN_CPU_CAPABILITY": processor.lower()}
