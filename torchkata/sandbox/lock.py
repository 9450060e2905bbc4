"""The inner wall: what a process gives up for ever before it reads a submission.

Landlock takes files, TCP, signals and abstract sockets away, strictly: what the kernel cannot
enforce is an error. Seccomp takes processes, sockets and the ways around the first two. Both stay
until the process ends. The comments say what tried to get around a rule.
"""

from __future__ import annotations

import ctypes
import errno
import os
import tempfile
from collections.abc import Iterable, Sequence
from typing import Any

# The first version whose scopes hold signals back (Linux 6.12).
LANDLOCK_ABI = 6

MEMORY = 3 * 2**30
FILE_SIZE = 16 * 2**20
THREADS = 64

# Nobody in a sandbox needs these.
_NEVER = (
    "unshare", "setns", "mount", "umount2", "pivot_root", "chroot", "move_mount", "fsopen",
    "fsmount", "fsconfig", "fspick", "open_tree", "mount_setattr",
    "ptrace", "process_vm_readv", "process_vm_writev", "kcmp", "perf_event_open", "bpf",
    "io_uring_setup", "io_uring_enter", "io_uring_register", "userfaultfd", "keyctl", "add_key",
    "request_key", "kexec_load", "init_module", "finit_module", "delete_module", "syslog",
    "open_by_handle_at", "name_to_handle_at", "swapon", "swapoff", "reboot", "acct", "quotactl",
)  # fmt: skip

# Nobody who runs a submission needs these either.
_NEVER_LOCKED = (
    "fork", "vfork", "execve", "execveat",
    "socket", "socketpair", "connect", "bind", "listen", "accept", "accept4",
    "kill", "tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo",
    "pidfd_open", "pidfd_getfd", "pidfd_send_signal", "setpgid",
    "memfd_create", "memfd_secret",
    "shmget", "shmat", "shmctl", "semget", "semop", "semtimedop", "semctl",
    "msgget", "msgsnd", "msgrcv", "msgctl", "mq_open", "mq_unlink",
    "setpriority", "sched_setscheduler", "sched_setparam", "sched_setattr", "ioprio_set",
    "sched_setaffinity", "inotify_init", "inotify_init1", "fanotify_init", "timer_create",
)  # fmt: skip

# What describes a file: Landlock says nothing of it, and the devices are the host's. Changing modes
# and times is said to be done, since copying a file asks for it; the others are not supported.
_PRETENDED = ("chmod", "fchmod", "fchmodat", "utime", "utimes", "utimensat", "futimesat")
_UNSUPPORTED = (
    "chown", "fchown", "lchown", "fchownat", "setxattr", "lsetxattr", "fsetxattr",
    "removexattr", "lremovexattr", "fremovexattr",
)  # fmt: skip
# fchmodat2, setxattrat, removexattrat, file_setattr: the same numbers on all machines, and names
# that libseccomp may not know yet.
_UNSUPPORTED_NUMBERS = (452, 463, 466, 469)
# statmount, listmount, open_tree_attr: what is mounted tells where it is on the host.
_NEVER_NUMBERS = (457, 458, 467)
# To an answer no path is a link: /proc/self/exe would tell where Python is on the host.
_NO_LINKS = ("readlink", "readlinkat")

_CLONE_THREAD = 0x00010000
_CLONE_NEWUSER = 0x10000000
_F_SETOWN, _F_SETSIG, _F_SETOWN_EX = 8, 10, 15


def filters(gpu: bool = False) -> tuple[bytes, bytes]:
    """The two seccomp programs: for the whole sandbox, and for the locked process.

    Made outside: in a minimal root libseccomp cannot be found.

    Args:
        gpu: whether the locked process may talk to a GPU, which goes through ioctl.

    Raises:
        OSError: libseccomp is not there.
    """
    never = (*_NEVER, *_NEVER_NUMBERS)
    inner = _program((*never, *_NEVER_LOCKED), locked=True, gpu=gpu)
    return _program(never, locked=False), inner


def limit(cpu_seconds: float, gpu: bool = False) -> None:
    """Set the limits of a process that will run a submission.

    Args:
        cpu_seconds: a signal comes after these, and the end a second later.
        gpu: whether it uses one; CUDA reserves more addresses than there is memory.
    """
    try:
        import resource
    except ImportError:
        # Windows has none: anyone who waits for the process ends it.
        return
    whole = max(1, int(cpu_seconds) + 1)
    limits = {
        resource.RLIMIT_CPU: (whole, whole + 1),
        resource.RLIMIT_FSIZE: (FILE_SIZE, FILE_SIZE),
        resource.RLIMIT_NOFILE: (64, 64),
        resource.RLIMIT_CORE: (0, 0),
    }
    if not gpu:
        # Address space, since RLIMIT_DATA leaves shared memory out.
        limits[resource.RLIMIT_AS] = (MEMORY, MEMORY)
    for kind, bounds in limits.items():
        resource.setrlimit(kind, bounds)


def limit_threads() -> None:
    """Let this process have no more than so many threads, counted within its user namespace.

    It does not bind a process that is root's outside: for that one there is `excess`.
    """
    import resource

    resource.setrlimit(resource.RLIMIT_NPROC, (THREADS, THREADS))


def lock(folder: str, readable: Iterable[str], program: bytes, devices: Iterable[str] = ()) -> None:
    """Lock this process: it may read `readable`, write within `folder`, and use `devices`.

    Raises:
        OSError: the kernel does not enforce all of it (landlockpy's own errors are OSErrors too).
    """
    from landlockpy import AccessFS, Ruleset, fs_for_abi, net_for_abi, scope_for_abi

    reading = AccessFS.READ_FILE | AccessFS.READ_DIR
    special = AccessFS.MAKE_CHAR | AccessFS.MAKE_BLOCK | AccessFS.MAKE_SOCK | AccessFS.MAKE_FIFO
    own = fs_for_abi(LANDLOCK_ABI) & ~(special | AccessFS.MAKE_SYM | AccessFS.EXECUTE)
    with Ruleset(
        handled_fs=fs_for_abi(LANDLOCK_ABI),
        handled_net=net_for_abi(LANDLOCK_ABI),
        scoped=scope_for_abi(LANDLOCK_ABI),
        best_effort=False,
    ) as rules:
        for path in readable:
            rules.allow_path(path, reading)
        rules.allow_path(folder, own)
        # Devices take rights of files only.
        rules.allow_path("/dev/null", AccessFS.READ_FILE | AccessFS.WRITE_FILE)
        rules.allow_path("/dev/urandom", AccessFS.READ_FILE)
        for device in devices:
            rules.allow_path(device, AccessFS.READ_FILE | AccessFS.WRITE_FILE | AccessFS.IOCTL_DEV)
        rules.restrict()
    _load(program)
    _drop_capabilities()


def end_with_parent() -> None:
    """Have the kernel end this process as soon as its parent has ended."""
    _prctl(1, 9)  # PR_SET_PDEATHSIG, SIGKILL


def hide_memory() -> None:
    """Make this process's memory unreadable for others of its user."""
    _prctl(4, 0)


def _program(never: Sequence[str | int], *, locked: bool, gpu: bool = False) -> bytes:
    import pyseccomp as seccomp

    denied = seccomp.ERRNO(errno.EPERM)
    rules = seccomp.SyscallFilter(seccomp.ALLOW)
    for syscall in never:
        rules.add_rule(denied, syscall)
    # clone3's flags cannot be looked at; without it the C library takes clone.
    rules.add_rule(seccomp.ERRNO(errno.ENOSYS), "clone3")
    if locked:
        _add_locked_rules(rules, denied, gpu)
    else:
        new_user = seccomp.Arg(0, seccomp.MASKED_EQ, _CLONE_NEWUSER, _CLONE_NEWUSER)
        rules.add_rule(denied, "clone", new_user)
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()


def _add_locked_rules(rules: Any, denied: int, gpu: bool) -> None:
    import pyseccomp as seccomp

    for name in _PRETENDED:
        rules.add_rule(seccomp.ERRNO(0), name)
    for syscall in (*_UNSUPPORTED, *_UNSUPPORTED_NUMBERS):
        rules.add_rule(seccomp.ERRNO(errno.ENOTSUP), syscall)
    for name in _NO_LINKS:
        rules.add_rule(seccomp.ERRNO(errno.EINVAL), name)
    # A thread is no process.
    rules.add_rule(denied, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, _CLONE_THREAD, 0))
    # The kernel sends SIGIO to a file's owner without asking `kill`.
    for command in (_F_SETOWN, _F_SETSIG, _F_SETOWN_EX):
        # The kernel looks at 32 bits of it.
        same = seccomp.Arg(1, seccomp.MASKED_EQ, 0xFFFFFFFF, command)
        rules.add_rule(denied, "fcntl", same)
    # What ends it with its parent stays.
    rules.add_rule(denied, "prctl", seccomp.Arg(0, seccomp.MASKED_EQ, 0xFFFFFFFF, 1))
    rules.add_rule(denied, "prlimit64", seccomp.Arg(0, seccomp.NE, 0))
    if not gpu:
        # To Python, a file that knows no ioctl is an ordinary one.
        rules.add_rule(seccomp.ERRNO(errno.ENOTTY), "ioctl")


def _load(program: bytes) -> None:
    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))

    _prctl(38, 1)  # PR_SET_NO_NEW_PRIVS
    wanted = Program(len(program) // 8, program)
    _prctl(22, 2, ctypes.addressof(wanted))  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER


def _drop_capabilities() -> None:
    """Without the outer wall, a process may be root's: of root's powers it keeps none."""
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # _LINUX_CAPABILITY_VERSION_3, this process
    nothing = (ctypes.c_uint32 * 6)()
    library = ctypes.CDLL(None, use_errno=True)
    if library.capset(header, nothing):
        number = ctypes.get_errno()
        raise OSError(number, f"capset: {os.strerror(number)}")


def _prctl(option: int, first: int, second: int = 0) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    arguments = [ctypes.c_ulong(value) for value in (first, second, 0, 0)]
    if library.prctl(option, *arguments):
        number = ctypes.get_errno()
        raise OSError(number, f"prctl({option}): {os.strerror(number)}")
