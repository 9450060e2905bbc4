"""Fetches what draws the pictures of the class page, from npm: python .ci/vendor.py.

Each package is the one whose integrity is written here, as npm states it. A test compares what is
in the folder with SHA256SUMS.
"""

import base64
import hashlib
import io
import subprocess
import tarfile
import tempfile
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "torchkata" / "templates" / "vega"
# {package and version: the SHA-512 of its archive}
PACKAGES = {
    ("vega", "6.4.0"): (
        "rHXCq2LpEWCLMjXBEj7hocY9G0/i5TGYRayGGSj06VTF4+l2IG2Z7oeZKCjWbUh/7hTE/mVhbaOPB72wCElh6g=="
    ),
    ("vega-lite", "6.4.3"): (
        "d/7hPjfz560UERaQuTmGgIVfXAe3g2hJWeC+igDeaGohUdEoNrHLXgR/yTOBT8vV/lIuuKnw+0/xWWblkDwkMQ=="
    ),
    ("vega-embed", "7.3.0"): (
        "wQ8s5GaSzqoKgmRfbRolgBrjE2CP7ZKHXqH7NijxMqPjpdWxSs4Dn8tvp9g0giQvh2cK+3p56sxjWWM0wNngGw=="
    ),
}


def main():
    """Write the scripts, their licences and their digests."""
    FOLDER.mkdir(exist_ok=True)
    for (name, version), digest in PACKAGES.items():
        with tarfile.open(fileobj=io.BytesIO(fetched(f"{name}@{version}", digest))) as archive:
            script = archive.extractfile(f"package/build/{name}.min.js").read().decode()
            # Of a map that is not here, a browser's tools would complain.
            script = script.partition("\n//# sourceMappingURL=")[0].rstrip() + "\n"
            (FOLDER / f"{name}.min.js").write_text(script, "utf-8")
            licence = archive.extractfile("package/LICENSE").read()
            (FOLDER / f"LICENSE-{name}-{version}.txt").write_bytes(licence)
    (FOLDER / "SHA256SUMS").write_text(sums(FOLDER), "utf-8")


def fetched(package, digest):
    """A package's archive, as npm has it.

    Raises:
        SystemExit: it is another one.
    """
    with tempfile.TemporaryDirectory() as folder:
        typed = ["npm", "pack", "--silent", package]
        subprocess.run(typed, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        (path,) = Path(folder).iterdir()
        found = path.read_bytes()
    if base64.b64encode(hashlib.sha512(found).digest()).decode() != digest:
        raise SystemExit(f"{package} is not the package that this script names")
    return found


def sums(folder):
    """What SHA256SUMS holds for a folder: a line for each other file."""
    names = sorted(path.name for path in folder.iterdir() if path.name != "SHA256SUMS")
    digests = (hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names)
    return "".join(f"{digest}  {name}\n" for digest, name in zip(digests, names, strict=True))


if __name__ == "__main__":
    main()
