"""What fetch.py takes from a platform, and the recipes of GitHub and GitLab from end to end."""

import base64
import contextlib
import csv
import importlib.util
import io
import json
import re
import subprocess
import sys
import tarfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import yaml
from test_gradescope import KATA, RIGHT, program
from test_recipes import FOLDER

from torchkata.grading.manifest import COLUMNS as MANIFEST

from conftest import ROOT, activated

pytestmark = pytest.mark.slow

SHA = "4fe0c2d" + "0" * 33
ANSWER = f"exercises/{RIGHT}.py"
TOKEN = "a-secret-token"


def _module(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


fetch = _module(FOLDER / "fetch.py")


def tar(files, *extra):
    """What a platform sends: files {name: text}, in a folder of its own, and further members."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(f"our-class-ada-{SHA[:7]}/{name}")
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
        for member in extra:
            archive.addfile(member)
    return data.getvalue()


def link(kind, name, target):
    """A member that points elsewhere."""
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member


class Platform(ThreadingHTTPServer):
    """GitHub's and GitLab's API, as far as it is asked here; archives come from another host."""

    def __init__(self, archives):
        self.archives, self.asked = archives, []
        super().__init__(("127.0.0.1", 0), Answer)
        threading.Thread(target=self.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server_port}"


class Answer(BaseHTTPRequestHandler):
    """One answer of it."""

    def do_GET(self):
        """Whatever is asked for."""
        told = [self.headers.get(name) for name in ("Authorization", "PRIVATE-TOKEN")]
        self.server.asked.append((self.path, [value for value in told if value]))
        name = next((name for name in self.server.archives if f"week1-{name}" in self.path), None)
        found = self.server.archives.get(name)
        if found is None or isinstance(found, int):
            return self._say(found or 404, b"")
        if "/commits/" in self.path:
            return self._say(200, json.dumps({"sha": SHA, "id": SHA}).encode())
        if "elsewhere" not in self.path:
            return self._say(
                302,
                b"",
                Location=f"http://localhost:{self.server.server_port}/elsewhere/week1-{name}",
            )
        return self._say(200, found)

    def _say(self, status, data, **headers):
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(data))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        """Nothing on standard error."""


@pytest.fixture
def platform(monkeypatch):
    """Start one with {who: archive, or the status it answers with}."""
    running = []

    def start(archives):
        running.append(Platform(archives))
        for name in ("GITHUB_API_URL", "CI_API_V4_URL"):
            monkeypatch.setenv(name, running[-1].url)
        monkeypatch.setenv("TOKEN", TOKEN)
        return running[-1]

    yield start
    for one in running:
        one.shutdown()
        one.server_close()


def _manifest(folder):
    with open(folder / "manifest.csv", newline="", encoding="utf-8") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def _files(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if not p.is_dir())


@pytest.mark.parametrize("where", ["github", "gitlab"])
def test_the_bytes_of_a_commit_are_taken(where, platform, tmp_path):
    """With its whole name in the manifest, and the token told to the platform alone."""
    running = platform({"ada": tar({ANSWER: "x = 1\n"})})
    out = tmp_path / "fetched"
    assert fetch.main([where, f"our-class/week1-ada@{SHA[:7]}", str(out)]) == 0
    assert (out / "submissions/week1-ada/week1-ada" / ANSWER).read_text() == "x = 1\n"
    row = _manifest(out)["week1-ada"]
    assert (row["from"], row["note"]) == (f"our-class/week1-ada@{SHA}", "")
    told = [bool(token) for _, token in running.asked]
    assert told == [True, True, False]
    assert all(TOKEN in token for _, tokens in running.asked for token in tokens)


def test_the_manifest_is_the_one_that_results_read():
    """Its columns are in two places, since fetching needs nothing installed."""
    assert fetch.MANIFEST == MANIFEST


@pytest.mark.parametrize(
    "extra",
    [
        link(tarfile.SYMTYPE, "top/exercises/a.py", "/etc/passwd"),
        link(tarfile.LNKTYPE, "top/exercises/a.py", f"our-class-ada-{SHA[:7]}/{ANSWER}"),
        link(tarfile.FIFOTYPE, "top/exercises/a.py", ""),
        tarfile.TarInfo("top/.git/hooks/a.py"),
        tarfile.TarInfo("top/.venv/lib/a.py"),
        tarfile.TarInfo("top/conftest.toml"),
        tarfile.TarInfo("top.py"),
    ],
    ids=lambda member: f"{member.name} {member.type.decode()}",
)
def test_only_ordinary_answers_are_taken(extra, tmp_path):
    """No link, device, hidden file, or file of another kind."""
    assert fetch.unpack(tar({ANSWER: ""}, extra), tmp_path / "a") == 1
    assert _files(tmp_path) == [f"a/{ANSWER}"]


@pytest.mark.parametrize("name", ["top/../../out.py", "top//tmp/out.py", "/../../out.py"])
def test_nothing_is_written_outside(name, tmp_path):
    """Whatever a member is called."""
    with contextlib.suppress(ValueError):
        fetch.unpack(tar({}, tarfile.TarInfo(name)), tmp_path / "a")
    assert all(path.startswith("a/") for path in _files(tmp_path))


def test_what_one_student_does_keeps_nobody_else_out(platform, tmp_path, monkeypatch):
    """A repository that is missing or too large is a note; the others are there, and status 0."""
    monkeypatch.setattr(fetch, "MOST_FILES", 2)
    large = tar({f"{n}.py": "" for n in range(3)})
    platform({"ada": tar({ANSWER: ""}), "bo": large})
    out = tmp_path / "fetched"
    names = " ".join(f"our-class/week1-{name}" for name in ("bo", "cleo", "ada"))
    assert fetch.main(["github", names, str(out)]) == 0
    rows = _manifest(out)
    assert rows["week1-bo"]["note"] == "not taken: there is too much in it"
    assert rows["week1-cleo"]["note"] == fetch.NOT_THERE
    assert _files(out / "submissions") == [f"week1-ada/week1-ada/{ANSWER}"]


@pytest.mark.parametrize("found", [500, 401, b"no archive"])
def test_what_fails_on_our_side_is_told(found, platform, tmp_path):
    """With status 1, so that nothing is graded as missing."""
    platform({"ada": found})
    assert fetch.main(["github", "our-class/week1-ada", str(tmp_path / "out")]) == 1
    assert _manifest(tmp_path / "out")["week1-ada"]["note"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ada",
        "a/b@main",
        "a/../../b",
        "a/b?x=1",
        "../b",
        "a/b a/B",
        "a/b;id",
        "-a/$(id)",
        "no.csv",
    ],
)
def test_what_is_no_repository_is_refused(text, tmp_path, capsys):
    """In one sentence, before anything is asked or written."""
    assert fetch.main(["github", text, str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err.startswith("fetch.py: ")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("id,repository\nada,c/a\nAda,c/b\n", "two repositories have the id Ada"),
        ("id,repository\n../a,c/a\n", "is no id"),
        ("name,repository\na,c/a\n", "needs the columns"),
        ("id,repository\n", "no repository is named"),
    ],
)
def test_a_list_that_cannot_be_used(rows, said, tmp_path):
    """It says what is wrong with it."""
    (tmp_path / "a.csv").write_text(rows)
    with pytest.raises(ValueError, match=said):
        fetch.read_wanted(str(tmp_path / "a.csv"))


# End to end: the recipes' commands, word for word.


@pytest.fixture
def desk(tmp_path, course):
    """A teacher's repository: torchkata's files, an assignment, and whose repositories count."""
    folder = tmp_path / "desk"
    folder.mkdir()
    for name in ("recipes", "graders", "solutions", "exercises"):
        (folder / name).symlink_to(ROOT / name)
    (folder / "assignment.toml").write_text(
        f'title = "Week 1"\nexercises = ["{RIGHT}"]\nseeds = [0, 1]\n'
    )
    people = "\n".join(f"{name},our-class/week1-{name}," for name in ("ada", "bo", "cleo"))
    (folder / "repositories.csv").write_text(f"id,repository,commit\n{people}\n")
    return folder


@pytest.fixture
def archives(course):
    """A right answer, and one in which other folders stand for it; cleo has no repository."""
    right = course.exercises[RIGHT].solution
    return {"ada": tar({ANSWER: right}), "bo": tar({"ada/x.py": "", "cleo/y.py": ""})}


def _shell(script, folder, **environment):
    """Run a step as the platforms do."""
    shims = folder.parent / "shims"
    program(shims / "kata", f'exec "{sys.executable}" -c "{KATA}" "$@"')
    program(shims / "pytest", f'exec "{sys.executable}" -m pytest "$@"')
    program(shims / "runuser", 'shift 3; [ "$1" = env ] && shift 4; exec "$@"')
    inside = activated()
    inside |= {"PATH": f"{shims}:{inside['PATH']}", "PYTHONPATH": str(ROOT)}
    inside.update(environment)
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", script],
        cwd=folder,
        env=inside,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _steps(recipe):
    """{name: script} of a workflow."""
    jobs = yaml.safe_load((FOLDER / "github" / recipe).read_text())["jobs"].values()
    return {s["name"]: s["run"] for job in jobs for s in job["steps"] if "run" in s}


def _points(folder):
    with open(folder / "results/points.csv", newline="", encoding="utf-8-sig") as file:
        return {row["student"]: row["points"] for row in csv.DictReader(file)}


@pytest.mark.usefixtures("worker")
def test_a_class_is_graded_on_github(desk, archives, platform):
    """From its list to the points, and a summary; who has no repository has no points."""
    platform(archives)
    steps, summary = _steps("grade.yml"), desk / "summary.md"
    said = {"REPOSITORIES": "repositories.csv", "ASSIGNMENT": "assignment.toml"}
    for name in ("Take the bytes", "Grade", "Export"):
        _shell(steps[name], desk, GITHUB_STEP_SUMMARY=str(summary), **said)
    points = {name: float(value) if value else None for name, value in _points(desk).items()}
    assert points == {"ada": 1, "bo": 0, "cleo": None}
    assert "ada" in summary.read_text()


@pytest.mark.usefixtures("worker")
def test_a_class_is_graded_on_gitlab(desk, archives, platform):
    """The same, with the best walls that there are."""
    platform(archives)
    jobs = yaml.safe_load((FOLDER / "gitlab/grade.gitlab-ci.yml").read_text())
    _shell("\n".join(jobs["fetch"]["script"]), desk, STUDENTS_TOKEN=TOKEN)
    said = _shell("mkdir results\n" + "\n".join(jobs["grade"]["script"]), desk)
    assert "assurance: sandbox" in said
    assert float(_points(desk)["ada"]) == 1
    assert "ada" in (desk / "results/points.md").read_text()


@pytest.fixture
def pack(desk, course):
    """What a student has cloned, with a right answer in it."""
    _shell("kata assign --assignment assignment.toml --out ../pack", desk)
    folder = desk.parent / "pack"
    (folder / ANSWER).write_text(course.exercises[RIGHT].solution)
    return folder


def test_github_classroom_gets_points(pack, tmp_path):
    """In the form that its reporter reads: every test has a score, and a line."""
    output = tmp_path / "output"
    script = _steps("classroom.yml")["Judge the answers"]
    _shell(script, pack, RUNNER_TEMP=str(tmp_path), GITHUB_OUTPUT=str(output))
    name, _, value = output.read_text().strip().partition("=")
    found = json.loads(base64.b64decode(value, validate=True))
    assert (name, found["max_score"]) == ("result", 1)
    assert [(test["score"], test["line_no"]) for test in found["tests"]] == [(1, 0)]


def test_a_student_gets_feedback(pack, tmp_path):
    """On GitHub as text on the run's page, on GitLab as a report of tests."""
    steps, summary = _steps("feedback.yml"), tmp_path / "summary.md"
    for name in ("See how it does", "Say it on the run's page"):
        _shell(steps[name], pack, GITHUB_STEP_SUMMARY=str(summary))
    lines = summary.read_text().splitlines()
    assert all(line.startswith("    ") for line in lines)
    assert re.search(r"\b[1-9][0-9]* passed in", lines[-1])
    script = yaml.safe_load((FOLDER / "gitlab/feedback.gitlab-ci.yml").read_text())["feedback"][
        "script"
    ]
    _shell(script[-1], pack)
    assert re.search('tests="[1-9]', (pack / "feedback.xml").read_text())
