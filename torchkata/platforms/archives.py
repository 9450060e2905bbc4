"""Archives, opened so that they can do no harm."""

from __future__ import annotations

import bz2
import gzip
import io
import re
import stat
import struct
import tarfile
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import IO, Any, cast

from torchkata.course.foreign_text import plain
from torchkata.notebooks.script import MAX_NOTEBOOK

# Of each, programs and notebooks, and all other files: data never takes the place of an answer.
MAX_FILES = 1000
MAX_CODE, MAX_OTHER = 100_000_000, 20_000_000
# An archive with an environment in it is large, and most of it is never unpacked.
MAX_ARCHIVE = 1_000_000_000
MAX_RATIO = 200
# How much is read in one go or a list of files, and how many files an archive may list.
_MOST_AT_ONCE, _MOST_LISTED = 20_000_000, 200_000

# What systems and programs leave behind, and what was installed beside the work.
SKIPPED = frozenset(
    {"__MACOSX", ".DS_Store", ".git", ".ipynb_checkpoints", "__pycache__", ".pytest_cache", ".kata"}
    | {".venv", "venv", "site-packages", "dist-packages", "node_modules", ".vscode", ".idea"}
    | {".mypy_cache", ".ruff_cache", ".cache", ".tox", ".nox", ".conda", "Thumbs.db", "desktop.ini"}
)
# What each environment of Python holds, whatever its folder is called.
_ENVIRONMENT = "pyvenv.cfg"

_CODE = (".py", ".ipynb")
_TARS = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2")
PACKED = (".zip", *_TARS)
# What unpacks within little memory, whatever the archive says.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)
_LONGEST_PART, _LONGEST_PATH = 255, 1000
# A zip archive's flag for names in UTF-8; without it they are in whatever its system used.
_UTF8_FLAG = 0x800
BROKEN = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    struct.error,
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
        path: where it is.
        size: how large it says it is.
        open: opens it.
        problem: why it is not taken, as the end of a sentence that begins with its path.
    """

    path: PurePosixPath
    size: int
    open: Callable[[], AbstractContextManager[IO[bytes]]]
    problem: str = ""

    def read(self, limit: int) -> bytes:
        """Its bytes, at most as many as are asked for."""
        with self.open() as file:
            return file.read(limit)


@dataclass
class Contents:
    """The files of one hand-in.

    Attributes:
        files: {where it goes: its bytes}.
        notes: a sentence for each thing that was not taken; programs and notebooks first.
    """

    files: dict[PurePosixPath, bytes] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._files: set[str] = set()
        self._folders: set[str] = set()
        self._sizes: Counter[bool] = Counter()
        self._counts: Counter[bool] = Counter()

    def fits(self, path: PurePosixPath) -> bool:
        """Whether nothing is at a path yet, on any file system."""
        place, behind = folded(path), {folded(parent) for parent in path.parents}
        taken = place in self._files or place in self._folders
        return not taken and not behind & self._files

    def add(self, path: PurePosixPath, data: bytes) -> None:
        """Take one more file.

        Raises:
            Refused: the place is taken.
        """
        if not self.fits(path):
            raise Refused(f"holds {path} twice, as some systems see it")
        self.files[path] = data
        self._files.add(folded(path))
        self._folders |= {folded(parent) for parent in path.parents}
        self._sizes[is_code(path)] += len(data)
        self._counts[is_code(path)] += 1

    def why_not(self, path: PurePosixPath, size: int) -> str:
        """Why there is no room for a file; nothing if there is."""
        code = is_code(path)
        what, most = ("programs and notebooks", MAX_CODE) if code else ("other files", MAX_OTHER)
        if size > MAX_NOTEBOOK:
            return f"is larger than {MAX_NOTEBOOK // 1024**2} MiB"
        if self._counts[code] >= MAX_FILES:
            return f"is one of more than {MAX_FILES} {what}"
        if self._sizes[code] + size > most:
            return f"would make more than {most // 1_000_000} MB of {what}"
        return ""

    def say(self, path: PurePosixPath, note: str) -> None:
        """Keep a sentence about a file where what matters is seen first."""
        self.notes.insert(0 if is_code(path) else len(self.notes), note)


def safe_path(name: str) -> PurePosixPath:
    """A name in an archive as a path that stays in its folder.

    Raises:
        Refused: it leads out of it, or no file system takes it.
    """
    # As one sees it: macOS takes the letters of Hangul apart.
    parts = plain(unicodedata.normalize("NFC", name)).replace("\\", "/").split("/")
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


def is_code(path: PurePosixPath) -> bool:
    """Whether a file may be an answer."""
    return path.suffix.lower() in _CODE


def worth(entries: Iterable[Entry]) -> list[Entry]:
    """Files without what is skipped, and without environments of Python."""
    left = [entry for entry in entries if not is_skipped(entry.path)]
    installed = {entry.path.parent for entry in left if entry.path.name == _ENVIRONMENT}
    installed.discard(PurePosixPath())
    return [entry for entry in left if installed.isdisjoint(entry.path.parents)]


def unpack(archive: str, file: IO[bytes]) -> Contents:
    """The files of an archive.

    Args:
        archive: its name, which says what kind it is of.
        file: where its bytes are, to be read in any order.

    Raises:
        Refused: it cannot be opened, or would write outside its folder.
    """
    kind = _of_tar if archive.lower().endswith(_TARS) else _of_zip
    contents = Contents()
    try:
        with kind(file) as members:
            for entry in worth(members):
                add(contents, entry)
    except BROKEN as problem:
        raise Refused(f"cannot be opened: {plain(str(problem))[:80] or 'it is damaged'}") from None
    return contents


def add(contents: Contents, entry: Entry) -> None:
    """Take a file, or say why it is left out.

    Raises:
        Refused: its place is taken.
    """
    if why := entry.problem or contents.why_not(entry.path, entry.size):
        contents.say(entry.path, f"{entry.path} {why}; left out.")
    else:
        contents.add(entry.path, entry.read(MAX_NOTEBOOK))


class _Careful:
    """A file that is not read in pieces larger than any honest list of files."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        """Read, or refuse to.

        Raises:
            Refused: it would be too much.
        """
        if size > _MOST_AT_ONCE:
            raise Refused("lists more files than are looked at")
        return self._file.read(size)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


@contextmanager
def _of_zip(file: IO[bytes]) -> Iterator[list[Entry]]:
    with zipfile.ZipFile(cast("IO[bytes]", _Careful(file))) as packed:
        yield zip_entries(packed, _why_not_unpacked)


def _why_not_unpacked(info: zipfile.ZipInfo) -> str:
    if info.compress_type not in _METHODS:
        return "is packed in a way that is not opened"
    large = info.file_size > MAX_RATIO * max(info.compress_size, 1)
    return f"unpacks to more than {MAX_RATIO} times its size" if large else ""


def zip_entries(
    packed: zipfile.ZipFile, why_not: Callable[[zipfile.ZipInfo], str] = lambda info: ""
) -> list[Entry]:
    """The files of an open zip archive that are not skipped.

    Args:
        packed: the archive.
        why_not: says of a file why it is not taken; nothing if it is.

    Raises:
        Refused: a name leads out of the archive's folder.
    """
    found = []
    for info in packed.infolist():
        name = _zip_name(info)
        # Its name may be empty, or from Windows.
        is_folder = name.endswith(("/", "\\"))
        if not is_folder and not is_skipped(PurePosixPath(name.replace("\\", "/"))):
            found.append(_zip_entry(packed, info, name, why_not(info)))
    return found


def _zip_entry(packed: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, why: str) -> Entry:
    path = safe_path(name)
    kind = stat.S_IFMT(info.external_attr >> 16)
    odd = kind not in (0, stat.S_IFREG, stat.S_IFDIR)
    return Entry(path, info.file_size, lambda: packed.open(info), "is a link" if odd else why)


def _zip_name(info: zipfile.ZipInfo) -> str:
    if info.flag_bits & _UTF8_FLAG or info.filename.isascii():
        return info.filename
    return decoded(info.filename.encode("cp437"), info.filename)


def decoded(raw: bytes, otherwise: str) -> str:
    """A name that does not say in which encoding it is, where that can be told.

    Korean and Japanese names are valid in each other's encodings. But what is Japanese there is, as
    Korean, of syllables that are hardly ever used and that EUC-KR does not have.

    Args:
        raw: the name.
        otherwise: what it is taken for where nothing can be told.
    """
    for encoding, is_sure in (("utf-8", lambda _: True), ("cp949", _korean), ("cp932", _japanese)):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if is_sure(text):
            return text
    return otherwise


def _korean(text: str) -> bool:
    """Whether most of what is not ASCII is Hangul in common use."""
    foreign = [char for char in text if not char.isascii()]
    common = [char for char in foreign if "가" <= char <= "힣" and _encodes(char, "euc_kr")]
    return 2 * len(common) > len(foreign)


def _japanese(text: str) -> bool:
    """Whether it has Japanese letters, and but for ideographs no others that are not ASCII."""
    foreign = [char for char in text if not char.isascii()]
    kana = [char for char in foreign if "\u3041" <= char <= "\u30ff"]
    return bool(kana) and all(char in kana or "\u4e00" <= char <= "\u9fff" for char in foreign)


def _encodes(char: str, encoding: str) -> bool:
    # EUC-KR spells other syllables with eight bytes.
    return len(char.encode(encoding, "replace")) == 2


@contextmanager
def _of_tar(file: IO[bytes]) -> Iterator[list[Entry]]:
    whole = _decompressed(file)
    with tarfile.open(fileobj=cast("IO[bytes]", _Careful(whole)), mode="r:") as packed:
        found = []
        for count, info in enumerate(packed):
            if count >= _MOST_LISTED:
                raise Refused("lists more files than are looked at")
            name = decoded(info.name.encode("utf-8", "surrogateescape"), info.name)
            if not info.isdir() and not is_skipped(PurePosixPath(name.replace("\\", "/"))):
                found.append(_tar_entry(packed, info, safe_path(name)))
        yield found


def _tar_entry(packed: tarfile.TarFile, info: tarfile.TarInfo, path: PurePosixPath) -> Entry:
    problem = "is a link or a device" if not info.isreg() or info.issparse() else ""
    return Entry(path, info.size, lambda: packed.extractfile(info) or io.BytesIO(), problem)


def _decompressed(file: IO[bytes]) -> IO[bytes]:
    """A tar file, to be read as it was before it was packed.

    Raises:
        Refused: it unpacks to too much.
    """
    start = file.read(3)
    packed = file.seek(0, io.SEEK_END)
    file.seek(0)
    if not start.startswith((b"\x1f\x8b", b"BZh")):
        return file
    opened = gzip.GzipFile(fileobj=file, mode="rb") if start[:1] == b"\x1f" else bz2.BZ2File(file)
    whole, size = cast("IO[bytes]", opened), 0
    while piece := whole.read(1024**2):
        size += len(piece)
        if size > MAX_RATIO * packed:
            raise Refused(f"unpacks to more than {MAX_RATIO} times its size")
        if size > MAX_ARCHIVE:
            raise Refused(f"unpacks to more than {MAX_ARCHIVE // 1_000_000} MB")
    whole.seek(0)
    return whole


def folded(path: PurePosixPath) -> str:
    """A path as a file system sees it that takes no notice of case."""
    return unicodedata.normalize("NFC", str(path)).casefold()
