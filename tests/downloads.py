"""Made-up downloads: their archives, what was collected from them, and the class that it is for."""

import io
import stat
import tarfile
import zipfile

from torchkata.grading import manifest

ROSTER = """\
id,name,canvas_id,login,email,github,group
ada,"Lovelace, Ada",77,alovelace,Ada@x.org,ada-l,
bo,Bo Kim,78,bkim,bo@x.org,bo,pair
jose,José Núñez,79,jn,jose@x.org,jn,pair
minsu,김민수,80,ms,minsu@x.org,,
"""
DUE = """\
title = "t"
exercises = []
due = 2026-09-23T12:00:00+02:00
timezone = "Europe/Berlin"
groups = true
"""
ADA = b"ada's answer\n"


def packed(files):
    """A zip file's bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def tarred(files, mode="w:gz", kind=tarfile.REGTYPE):
    """A tar file's bytes."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.type, info.linkname = len(data), kind, "target"
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def link_in_a_zip():
    """A zip file with a symbolic link in it."""
    info = zipfile.ZipInfo("link.py")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return packed({info: "/etc/passwd"})


def tree(folder):
    """{path: bytes} of a folder, without the tables."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".csv")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def rows_of(out):
    """{id and attempt: row} of the manifest."""
    return {(row.id, row.attempt): row for row in manifest.read(out / "manifest.csv")}
