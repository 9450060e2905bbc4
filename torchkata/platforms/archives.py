"""Archives, opened so that they can do no harm."""

from __future__ import annotations

import bz2
import gzip
import io
import re
import stat
import tarfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from torchkata.course.foreign_text import plain
from torchkata.notebooks.script import MAX_NOTEBOOK

MAX_FILES = 1000
MAX_TOTAL = 20_000_000
MAX_RATIO = 200

# What systems and programs leave behind, and what was installed beside the work.
SKIPPED = frozenset(
    {"__MACOSX", ".DS_Store", ".git", ".ipynb_checkpoints", "__pycache__", ".pytest_cache", ".kata"}
    | {".venv", "venv", "site-packages", "node_modules", ".vscode", ".idea"}
)

_TARS = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2")
PACKED = (".zip", *_TARS)
# What unpacks within little memory, whatever the archive says.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)
# A tar file has, besides what it holds, a header of a block and half a block of padding for each.
_TAR_OVERHEAD = 2 * 1024 * MAX_FILES
_LONGEST_PART, _LONGEST_PATH = 255, 1000
BROKEN = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    EOFError,
    OSError,
    RuntimeError,  # a password
    NotImplementedError,  # a way of packing that Python does not know
    ValueError,
    OverflowError,
)


class Refused(Exception):
    """What is not taken; str() says why, as the end of a sentence that begins with its name."""


@dataclass(frozen=True)
class Entry:
    """A file of a download, or of an archive.

    Attributes:
        path: where it lies.
        size: how large it says it is.
        read: gives its bytes, at most as many as are asked for.
        problem: why it is not taken, if it is none that can be.
    """

    path: PurePosixPath
    size: int
    read: Callable[[int], bytes]
    problem: str = ""


@dataclass
class Contents:
    """The files of one hand-in.

    Attributes:
        files: {where it goes: its bytes}.
        notes: a sentence for each thing that was not taken.
    """

    files: dict[PurePosixPath, bytes] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._files: set[str] = set()
        self._folders: set[str] = set()
        self._size = 0

    def fits(self, path: PurePosixPath) -> bool:
        """Whether nothing lies at a path yet, on any file system."""
        behind = {folded(parent) for parent in path.parents}
        return folded(path) not in self._files | self._folders and not behind & self._files

    def add(self, path: PurePosixPath, data: bytes) -> None:
        """Take one more file.

        Raises:
            Refused: the place is taken.
            TooMuch: it is more than one person may hand in.
        """
        if not self.fits(path):
            raise Refused(f"holds {path} twice, as some systems see it")
        self.grow(len(data))
        self.files[path] = data
        self._files.add(folded(path))
        self._folders |= {folded(parent) for parent in path.parents}

    def grow(self, size: int) -> None:
        """Count what is there, whether it is taken or not."""
        self._size += size
        if self._size > MAX_TOTAL:
            raise TooMuch(f"holds more than {MAX_TOTAL // 1_000_000} MB")
        if len(self.files) >= MAX_FILES:
            raise TooMuch(f"holds more than {MAX_FILES} files")


class TooMuch(Refused):
    """More than one person may hand in."""


def safe_path(name: str) -> PurePosixPath:
    """A name in an archive as a path that stays in its folder.

    Raises:
        Refused: it leads out of it, or no file system takes it.
    """
    parts = plain(name).replace("\\", "/").split("/")
    dots = any(set(part) <= {".", " "} for part in parts if part not in ("", "."))
    if (not parts[0] and len(parts) > 1) or re.match("[A-Za-z]:", parts[0]) or dots:
        raise Refused(f"holds {plain(name)}, which leads out of its folder")
    lengths = [len(part.encode()) for part in parts]
    if max(lengths) > _LONGEST_PART or sum(lengths) > _LONGEST_PATH:
        raise Refused(f"holds a name that is too long: {plain(name)[:40]}...")
    return PurePosixPath(*parts)


def is_skipped(path: PurePosixPath) -> bool:
    """Whether a file is what a system or a program leaves behind."""
    return not path.parts or not SKIPPED.isdisjoint(path.parts)


def unpack(archive: str, data: bytes) -> Contents:
    """The files of an archive.

    Args:
        archive: its name, which says what kind it is of.
        data: its bytes.

    Raises:
        Refused: it cannot be opened, or holds what no answer needs.
    """
    contents = Contents()
    try:
        for entry in _members(archive, data):
            if entry.problem:
                raise Refused(entry.problem)
            add(contents, entry)
    except BROKEN as problem:
        raise Refused(f"cannot be opened: {plain(str(problem))[:80] or 'it is damaged'}") from None
    return contents


def add(contents: Contents, entry: Entry) -> None:
    """Take a file, or say that it is too large."""
    if entry.size > MAX_NOTEBOOK:
        contents.grow(0)
        most = MAX_NOTEBOOK // 1024**2
        contents.notes.append(f"{entry.path} is larger than {most} MiB; left out.")
    else:
        contents.add(entry.path, entry.read(MAX_NOTEBOOK))


def _members(archive: str, data: bytes) -> Iterator[Entry]:
    kind = _of_tar if archive.lower().endswith(_TARS) else _of_zip
    for entry in kind(data):
        if not is_skipped(entry.path):
            yield entry


def _of_zip(data: bytes) -> Iterator[Entry]:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        for info in packed.infolist():
            entry = zip_entry(packed, info)
            if info.compress_type not in _METHODS:
                raise Refused("is packed in a way that is not opened")
            if info.file_size > MAX_RATIO * max(info.compress_size, 1):
                raise Refused(f"unpacks {entry.path} to more than {MAX_RATIO} times its size")
            if not is_folder(info):
                yield entry


def is_folder(info: zipfile.ZipInfo) -> bool:
    """Whether a line of a zip archive is a folder; its name may be empty, or from Windows."""
    return info.filename.endswith(("/", "\\"))


def zip_entry(packed: zipfile.ZipFile, info: zipfile.ZipInfo) -> Entry:
    """A file of an open zip archive.

    Raises:
        Refused: its name leads out of its folder.
    """
    path = safe_path(info.filename)
    kind = stat.S_IFMT(info.external_attr >> 16)
    odd = kind not in (0, stat.S_IFREG, stat.S_IFDIR)

    def read(limit: int) -> bytes:
        with packed.open(info) as file:
            return file.read(limit)

    return Entry(path, info.file_size, read, f"holds {path}, which is a link" if odd else "")


def _of_tar(data: bytes) -> Iterator[Entry]:
    with tarfile.open(fileobj=io.BytesIO(_decompressed(data)), mode="r:") as packed:
        for info in packed:
            path = safe_path(info.name)
            odd = not (info.isreg() or info.isdir()) or info.issparse()
            problem = f"holds {path}, which is a link or a device" if odd else ""
            if not info.isdir():
                yield Entry(path, info.size, _reader(packed, info), problem)


def _reader(packed: tarfile.TarFile, info: tarfile.TarInfo) -> Callable[[int], bytes]:
    def read(limit: int) -> bytes:
        file = packed.extractfile(info)
        return file.read(limit) if file else b""

    return read


def _decompressed(data: bytes) -> bytes:
    """A tar file's bytes, never more than it may hold."""
    most = MAX_TOTAL + _TAR_OVERHEAD
    if data[:2] == b"\x1f\x8b":
        raw = gzip.GzipFile(fileobj=io.BytesIO(data)).read(most + 1)
    elif data[:3] == b"BZh":
        raw = bz2.BZ2File(io.BytesIO(data)).read(most + 1)
    else:
        raw = data
    if len(raw) > MAX_RATIO * len(data):
        raise Refused(f"unpacks to more than {MAX_RATIO} times its size")
    if len(raw) > most:
        raise TooMuch(f"holds more than {MAX_TOTAL // 1_000_000} MB")
    return raw


def folded(path: PurePosixPath) -> str:
    """A path as a file system sees it that takes no notice of case."""
    return unicodedata.normalize("NFC", str(path)).casefold()
