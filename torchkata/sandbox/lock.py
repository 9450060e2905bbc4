"""The inner wall: what a process gives up for ever before it reads a submission.

Landlock takes files, TCP, signals and abstract sockets away, strictly: what the kernel cannot
enforce of the version that was asked for is an error. Seccomp takes processes, sockets and the ways
around the first two; behind an outer wall it does so alone where the kernel has no Landlock. Both
stay until the process ends. The comments say what tried to get around a rule.
"""

from __future__ import annotations

import ctypes
import errno
import os
import tempfile
import time
from collections.abc import Iterable, Sequence
from typing import Any

# The highest version that is used: what came later forbids nothing more. It is also the first whose
# scopes hold signals back (Linux 6.12), which it takes to be the only wall.
LANDLOCK_ABI = ALONE = 6

MEMORY = 3 * 2**30
FILE_SIZE = 16 * 2**20
THREADS = 64
FILES, BYTES = 4096, 64 * 2**20

# Nobody in a sandbox needs these.
_NEVER = (
    "setns", "mount", "umount2", "pivot_root", "chroot", "move_mount", "fsopen",
    "fsmount", "fsconfig", "fspick", "open_tree", "mount_setattr",
    "ptrace", "process_vm_readv", "process_vm_writev", "kcmp", "perf_event_open", "bpf",
    "io_uring_setup", "io_uring_enter", "io_uring_register", "userfaultfd", "keyctl", "add_key",
    "request_key", "kexec_load", "init_module", "finit_module", "delete_module", "syslog",
    "open_by_handle_at", "name_to_handle_at", "swapon", "swapoff", "reboot", "acct", "quotactl",
)  # fmt: skip

# Nobody who runs a submission needs these either.
_NEVER_LOCKED = (
    "fork", "vfork", "execve", "execveat", "unshare",
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
# What the next answer, or anyone who looks into its folder, would take for something else.
_NO_NAMES = ("symlink", "symlinkat", "link", "linkat", "mknod", "mknodat")
# To an answer no path is a link: /proc/self/exe would tell where Python is on the host.
_NO_LINKS = ("readlink", "readlinkat")

# seccomp(2), by machine: prctl(2) binds one thread alone.
_SECCOMP = {"x86_64": 317, "aarch64": 277, "riscv64": 277}

_CAPABILITIES = 0x20080522  # _LINUX_CAPABILITY_VERSION_3
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
    inner = _program((*never, *_NEVER_LOCKED, *_NO_NAMES), locked=True, gpu=gpu)
    return _program(never, locked=False), inner


def limit(cpu_seconds: float, gpu: bool = False) -> None:
    """Set the limits of a process that will run a submission.

    Args:
        cpu_seconds: a signal comes after these, counted from now, and the end a second later.
        gpu: whether it uses one; CUDA reserves more addresses than there is memory.
    """
    try:
        import resource
    except ImportError:
        # Windows has none: anyone who waits for the process ends it.
        return
    # A process that imported torch itself has used some already, on a slow machine many.
    whole = max(1, int(time.process_time() + cpu_seconds) + 1)
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


def landlock_abi() -> int:
    """The version of this kernel's Landlock.

    Raises:
        OSError: it has none, or none that is switched on.
    """
    library = ctypes.CDLL(None, use_errno=True)
    # landlock_create_ruleset(NULL, 0, LANDLOCK_CREATE_RULESET_VERSION), the same number everywhere
    abi: int = library.syscall(ctypes.c_long(444), None, ctypes.c_size_t(0), ctypes.c_uint(1))
    if abi < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return abi


def usable_abi() -> int:
    """The version of Landlock to ask for behind an outer wall: the highest there is, or 0."""
    try:
        return min(LANDLOCK_ABI, landlock_abi())
    except OSError:
        return 0


def may_change_root() -> bool:
    """Whether this process has the capability for it (CAP_SYS_CHROOT)."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITIES, 0)
    found = (ctypes.c_uint32 * 6)()
    ctypes.CDLL(None, use_errno=True).capget(header, found)
    return bool(found[0] & 1 << 18)


def alone() -> bool:
    """Whether this process runs on one thread, as far as that can be told from where it is."""
    try:
        return len(os.listdir("/proc/self/task")) == 1
    except OSError:
        # The kernel has nothing to do for one thread, and does not do it for several.
        library = ctypes.CDLL(None, use_errno=True)
        return not library.unshare(_CLONE_THREAD) or ctypes.get_errno() != errno.EINVAL


def lock(
    folder: str,
    readable: Iterable[str],
    program: bytes,
    devices: Iterable[str] = (),
    abi: int = LANDLOCK_ABI,
) -> None:
    """Lock this process: it may read `readable`, write within `folder`, and use `devices`.

    Args:
        folder: the one that is its own.
        readable: folders.
        program: the seccomp program.
        devices: files of a GPU.
        abi: the version of Landlock; with 0 what can be read is what the outer wall shows.

    Raises:
        OSError: the kernel does not enforce all of it (landlockpy's own errors are OSErrors too).
    """
    if abi:
        _restrict(folder, readable, devices, abi)
    load(program)
    drop_capabilities()


def _restrict(folder: str, readable: Iterable[str], devices: Iterable[str], abi: int) -> None:
    from landlockpy import AccessFS, Ruleset, fs_for_abi, net_for_abi, scope_for_abi

    reading = AccessFS.READ_FILE | AccessFS.READ_DIR
    special = AccessFS.MAKE_CHAR | AccessFS.MAKE_BLOCK | AccessFS.MAKE_SOCK | AccessFS.MAKE_FIFO
    own = fs_for_abi(abi) & ~(special | AccessFS.MAKE_SYM | AccessFS.EXECUTE)
    with Ruleset(
        handled_fs=fs_for_abi(abi),
        handled_net=net_for_abi(abi),
        scoped=scope_for_abi(abi),
        best_effort=False,
    ) as rules:
        for path in readable:
            rules.allow_path(path, reading)
        rules.allow_path(folder, own)
        # Devices take rights of files only.
        rules.allow_path("/dev/null", AccessFS.READ_FILE | AccessFS.WRITE_FILE)
        rules.allow_path("/dev/urandom", AccessFS.READ_FILE)
        used = AccessFS.READ_FILE | AccessFS.WRITE_FILE | AccessFS.IOCTL_DEV
        for device in devices:
            rules.allow_path(device, used & fs_for_abi(abi))
        rules.restrict()


def load(program: bytes) -> None:
    """Load a seccomp program, for all threads of this process where the kernel can do that.

    Raises:
        OSError: it is not loaded.
    """

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))

    _prctl(38, 1)  # PR_SET_NO_NEW_PRIVS
    wanted = Program(len(program) // 8, program)
    number = _SECCOMP.get(os.uname().machine)
    if number is None:
        _prctl(22, 2, ctypes.addressof(wanted))  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER
        return
    # SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC
    library = ctypes.CDLL(None, use_errno=True)
    if library.syscall(ctypes.c_long(number), 1, ctypes.c_ulong(1), ctypes.byref(wanted)):
        raise OSError(ctypes.get_errno(), f"seccomp: {os.strerror(ctypes.get_errno())}")


def drop_capabilities() -> None:
    """Without the outer wall, a process may be root's: of root's powers it keeps none."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITIES, 0)  # of this process
    nothing = (ctypes.c_uint32 * 6)()
    library = ctypes.CDLL(None, use_errno=True)
    if library.capset(header, nothing):
        number = ctypes.get_errno()
        raise OSError(number, f"capset: {os.strerror(number)}")


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
        # See `alone`.
        others = seccomp.Arg(0, seccomp.NE, _CLONE_THREAD)
        rules.add_rule(denied, "unshare", others)
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


def _prctl(option: int, first: int, second: int = 0) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    arguments = [ctypes.c_ulong(value) for value in (first, second, 0, 0)]
    if library.prctl(option, *arguments):
        number = ctypes.get_errno()
        raise OSError(number, f"prctl({option}): {os.strerror(number)}")
