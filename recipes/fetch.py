"""Take the bytes of students' repositories at one commit each, and run nothing of them.

Assurance: none by itself; a grade rests on what is fetched being only read here. An archive comes
from the platform, and of it ordinary files named *.py are kept: no git, no hook, no link.

    TOKEN=... python recipes/fetch.py github "repositories.csv" fetched
    TOKEN=... python recipes/fetch.py gitlab "course/ada course/bo@4fe0c2d" fetched

The CSV file has the columns id, repository and, if wanted, name and commit (else the latest).
Written are fetched/submissions/ID/ID/... and fetched/manifest.csv, which says what was taken from
where. The time is not in it: dates of commits are the submitter's. Exit status: 0 fetched, where a
repository that is not there or too large is a note in the manifest; 1 one could not be fetched; 2 a
wrong command.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import sys
import tarfile
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

# As torchkata.grading.manifest has them, so that `kata export` reads them beside the records.
MANIFEST = ("id", "name", "handed_in", "attempt", "late_by", "from", "note")
MOST_BYTES, MOST_UNPACKED, MOST_FILES = 20_000_000, 200_000_000, 1000
NOT_THERE = "there is no such repository or commit, or the token may not read it"

_ID = re.compile(r"[A-Za-z0-9][\w.-]{0,99}", re.ASCII)
_REPOSITORY = re.compile(r"[\w-][\w.-]*(/[\w-][\w.-]*)+", re.ASCII)
_COMMIT = re.compile(r"[0-9a-f]{7,64}|HEAD")


class TooMuch(ValueError):
    """A repository that is too large to be a submission."""


@dataclass(frozen=True)
class Wanted:
    """Whose repository is to be fetched, and at which commit."""

    id: str
    repository: str
    commit: str = "HEAD"
    name: str = ""


class Platform:
    """Where the repositories are, and how its API is asked."""

    def __init__(self, name: str, token: str) -> None:
        self.name = name
        self._headers = {"User-Agent": "torchkata"}
        if token and name == "github":
            self._headers["Authorization"] = f"Bearer {token}"
        elif token:
            self._headers["PRIVATE-TOKEN"] = token

    def commit(self, wanted: Wanted) -> str:
        """The whole name of the commit."""
        repository, commit = wanted.repository, wanted.commit
        if self.name == "github":
            url = f"{_github()}/repos/{repository}/commits/{commit}"
            return str(json.loads(self._ask(url))["sha"])
        url = f"{_gitlab()}/projects/{_quoted(repository)}/repository/commits/{commit}"
        return str(json.loads(self._ask(url))["id"])

    def archive(self, repository: str, commit: str) -> bytes:
        """All files of a commit, as a tar file."""
        if self.name == "github":
            return self._ask(f"{_github()}/repos/{repository}/tarball/{commit}")
        url = f"{_gitlab()}/projects/{_quoted(repository)}/repository/archive.tar.gz?sha={commit}"
        return self._ask(url)

    def _ask(self, url: str) -> bytes:
        request = urllib.request.Request(url)
        for name, value in self._headers.items():
            # Wherever we are sent on to, the token is not.
            request.add_unredirected_header(name, value)
        with urllib.request.urlopen(request, timeout=60) as answer:
            data: bytes = answer.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise TooMuch(f"it is larger than {MOST_BYTES // 1_000_000} MB")
        return data


def read_wanted(text: str) -> list[Wanted]:
    """Which repositories are meant.

    Args:
        text: the name of a CSV file, or repositories with or without @commit.

    Raises:
        ValueError: one of them is no repository, or two have one id; in one sentence.
    """
    found = (
        list(_of_file(Path(text))) if text.endswith(".csv") else list(map(_of_word, text.split()))
    )
    if not found:
        raise ValueError("no repository is named")
    seen: dict[str, Wanted] = {}
    for one in found:
        _check(one)
        if one.id.lower() in seen:
            raise ValueError(f"two repositories have the id {one.id}")
        seen[one.id.lower()] = one
    return found


def unpack(archive: bytes, folder: Path) -> int:
    """Write the answers of an archive below a folder; returns how many there are.

    Raises:
        TooMuch: it holds more than a submission does.
        ValueError: it is no archive.
    """
    folder.mkdir(parents=True)
    count, unpacked = 0, 0
    try:
        with tarfile.open(fileobj=io.BytesIO(archive), mode="r|gz") as tar:
            for member in tar:
                unpacked += member.size
                if unpacked > MOST_UNPACKED or count >= MOST_FILES:
                    raise TooMuch("there is too much in it")
                # The outermost folder is the platform's.
                parts = PurePosixPath(member.name).parts[1:]
                if member.type == tarfile.REGTYPE and _is_answer(parts):
                    member.name, member.mode = "/".join(parts), 0o644
                    tar.extract(member, folder, filter="data")
                    count += 1
    except (tarfile.TarError, EOFError, OSError) as problem:
        raise ValueError(f"what the platform sent is no archive: {problem}") from None
    return count


def fetch(platform: Platform, wanted: list[Wanted], out: Path) -> bool:
    """Fetch all, and write the manifest; whether nothing went wrong."""
    rows, well = [], True
    for one in wanted:
        row = {"id": one.id, "name": one.name, "attempt": "0", "from": one.repository}
        try:
            commit = platform.commit(one)
            row["from"] = f"{one.repository}@{commit}"
            # In two folders of its name it is one submission, of that name, whatever it holds.
            unpack(platform.archive(one.repository, commit), out / "submissions" / one.id / one.id)
            row["attempt"] = "1"
        except urllib.error.HTTPError as problem:
            there = problem.code != 404
            well &= not there
            row["note"] = f"the platform answered {problem.code}" if there else NOT_THERE
        except TooMuch as problem:
            # The student's doing: it keeps nobody else from being graded.
            shutil.rmtree(out / "submissions" / one.id, ignore_errors=True)
            row["note"] = f"not taken: {problem}"
        except (OSError, ValueError, KeyError) as problem:
            well, row["note"] = False, f"not fetched: {problem}"
        print(f"{one.id}: {row['from']}: {row.get('note', 'fetched')}")
        rows.append(row)
    with open(out / "manifest.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, MANIFEST, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return well


def main(arguments: list[str]) -> int:
    """Run the command."""
    if len(arguments) != 3 or arguments[0] not in ("github", "gitlab"):
        print("fetch.py github|gitlab REPOSITORIES FOLDER", file=sys.stderr)
        return 2
    out = Path(arguments[2])
    try:
        wanted = read_wanted(arguments[1])
        out.mkdir(parents=True)
    except (ValueError, OSError) as problem:
        print(f"fetch.py: {problem}", file=sys.stderr)
        return 2
    return 0 if fetch(Platform(arguments[0], os.environ.get("TOKEN", "")), wanted, out) else 1


def _of_file(path: Path) -> Iterator[Wanted]:
    with open(path, newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        if not {"id", "repository"} <= set(reader.fieldnames or ()):
            raise ValueError(f"{path} needs the columns id and repository")
        for row in reader:
            commit, name = row.get("commit") or "HEAD", row.get("name") or ""
            yield Wanted(row["id"] or "", row["repository"] or "", commit, name)


def _is_answer(parts: tuple[str, ...]) -> bool:
    """Whether a file may be one; a committed .venv holds thousands that are none."""
    return (
        bool(parts)
        and parts[-1].endswith((".py", ".ipynb"))
        and not any(p.startswith(".") for p in parts)
    )


def _of_word(word: str) -> Wanted:
    repository, _, commit = word.partition("@")
    return Wanted(repository.rpartition("/")[2], repository, commit or "HEAD")


def _check(one: Wanted) -> None:
    if not _REPOSITORY.fullmatch(one.repository) or not _COMMIT.fullmatch(one.commit):
        raise ValueError(f"{one.repository}@{one.commit} is no owner/repository@commit")
    if not _ID.fullmatch(one.id):
        raise ValueError(f"{one.id!r} is no id: letters, digits, and . _ - within")


def _quoted(repository: str) -> str:
    return urllib.parse.quote(repository, safe="")


def _github() -> str:
    return os.environ.get("GITHUB_API_URL", "https://api.github.com")


def _gitlab() -> str:
    return os.environ.get("CI_API_V4_URL", "https://gitlab.com/api/v4")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
