"""A workspace: made whole or not at all, brought up to date, and nothing written is touched."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st

from torchkata.cli import init
from torchkata.course.course import Course
from torchkata.learning import known_courses, workspace_update
from torchkata.learning.workspace import COURSE, Workspace, find_workspace
from torchkata.learning.workspace_update import BESIDE, GIVEN, bring, merge

from command import CODE, kata_apart
from command import kata as typed
from conftest import HERE

BODY = "    third = x / 2\n    return third\n"
TODO = "    raise NotImplementedError\n"


def kata(cwd, *arguments, **given):
    """Run `kata` in a folder."""
    done = (kata_apart if given else typed)(*arguments, cwd=cwd, **given)
    assert "Traceback" not in done.stderr, done.stderr
    return done


@pytest.fixture
def mine(elsewhere, tmp_path):
    """A workspace of the small course, which may be changed behind it."""
    page = elsewhere.root / "exercises" / "warmup" / "README.md"
    page.write_text("# Warm up\n")
    page.with_name("picture.png").write_bytes(b"a picture")
    init.build(elsewhere, tmp_path / "mine")
    return Workspace(tmp_path / "mine", elsewhere)


def change(course, old, new, name="warmup/half"):
    """Change an exercise's solution, and with it its stub."""
    path = course.root / "solutions" / f"{name}.py"
    text = path.read_text()
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new, 1))


def again(workspace):
    """Bring what is new, as a process of its own would."""
    return bring(Workspace(workspace.root, Course(workspace.course.root)))


def half(workspace):
    """The learner's file of the first exercise."""
    return workspace.root / "exercises" / "warmup" / "half.py"


def stub_of(workspace):
    """What the first exercise begins with now."""
    return Course(workspace.course.root).exercises["warmup/half"].stub


def solve(workspace):
    """Write an answer where it is to be written."""
    path = half(workspace)
    path.write_text(path.read_text().replace(TODO, BODY))
    return path


def everything(root):
    """{file: what it holds, and when it was written}."""
    files = [path for path in sorted(root.rglob("*")) if path.is_file()]
    return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def test_init_gives_all_that_is_needed(elsewhere, tmp_path):
    """Stubs, no answer and no grader; and it needs no torch."""
    code = f"import sys, atexit\natexit.register(lambda: print('torch' in sys.modules))\n{CODE}"
    done = kata(tmp_path, "init", "my kata", "--course", elsewhere.root, code=code)
    assert "my kata is ready: 2 exercises in 1 modules. Now type:" in done.stdout
    assert done.stdout.endswith("    kata watch\n\nFalse\n")
    root = tmp_path / "my kata"
    found = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    assert found == {
        *(".gitignore", ".kata/course", ".kata/given.json", "README.md"),
        *("exercises/warmup/double.py", "exercises/warmup/half.py", "pytest.ini"),
        ".vscode/settings.json",
    }
    for exercise in elsewhere.exercises.values():
        assert (root / "exercises" / exercise.relative).read_text() == exercise.stub


def test_a_workspace_explains_itself(mine, monkeypatch, tmp_path):
    """How to activate the environment, and what VS Code needs; git gets no path of this machine."""
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "env"))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "env" / "bin" / "python"))
    init.build(mine.course, tmp_path / "other")
    page = (tmp_path / "other" / "README.md").read_text()
    assert "```sh\nsource ../env/bin/activate\nkata watch\n```" in page
    assert "`git init` in this folder" in page
    settings = json.loads((tmp_path / "other" / ".vscode" / "settings.json").read_text())
    assert settings["python.testing.pytestEnabled"]
    python = settings["python.defaultInterpreterPath"]
    assert python == "${workspaceFolder}/../env/bin/python"
    assert ".vscode/" in (tmp_path / "other" / ".gitignore").read_text().splitlines()


def test_without_an_environment_nothing_is_activated(mine, monkeypatch, tmp_path):
    """And an editor chooses its Python itself."""
    monkeypatch.setattr(sys, "prefix", sys.base_prefix)
    init.build(mine.course, tmp_path / "other")
    assert "```sh\nkata watch\n```" in (tmp_path / "other" / "README.md").read_text()
    assert "Interpreter" not in (tmp_path / "other" / ".vscode" / "settings.json").read_text()


def test_an_exercise_that_cannot_be_used_is_left_out_and_left_alone(elsewhere, tmp_path):
    """`kata init` and `kata update` name it in one line, and the others come."""
    path = elsewhere.exercises["warmup/half"].grader_path
    whole = path.read_text()
    path.write_text(whole.replace("points=1", "points=POINTS"))
    done = kata(tmp_path, "init", "mine", "--course", elsewhere.root)
    assert "mine is ready: 1 exercises in 1 modules" in done.stdout
    named = f"warmup/half cannot be used: {path}:6: `points` must be a literal"
    assert done.stderr.startswith(named)
    file = tmp_path / "mine" / "exercises" / "warmup" / "half.py"
    assert not file.exists()
    path.write_text(whole)
    assert "New: warmup/half.py" in kata(tmp_path / "mine", "update").stdout
    file.write_text("mine\n")
    path.write_text(whole.replace("points=1", "points=POINTS"))
    done = kata(tmp_path / "mine", "update")
    assert done.stderr.startswith(named)
    assert done.stdout == "Everything is up to date.\n"
    assert file.read_text() == "mine\n"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("mine", "mine is a workspace already; to bring it up to date: kata update, in it"),
        ("course", "course holds something already; choose a name that is free"),
        ("file", "file holds something already; choose a name that is free"),
        ("link", "link holds something already; choose a name that is free"),
        ("file/below", "kata init: [Errno"),
    ],
)
def test_init_leaves_alone_what_is_there(mine, tmp_path, name, said):
    """One sentence, exit status 2, and nothing is changed."""
    (tmp_path / "file").write_text("my thesis")
    (tmp_path / "link").symlink_to("nowhere")
    before = everything(tmp_path)
    done = kata(tmp_path, "init", name, "--course", mine.course.root)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert said in done.stderr
    assert everything(tmp_path) == before


@pytest.mark.parametrize("empty", [True, False])
@pytest.mark.parametrize("writes", [0, 1, 2])
def test_never_half_a_workspace(elsewhere, tmp_path, monkeypatch, empty, writes):
    """If a write fails, even the last, nothing is there that was not there before."""
    write, done = workspace_update.write_bytes, []

    def full(*arguments, **options):
        done.append(arguments)
        if len(done) > writes:
            raise OSError("no space left on device")
        write(*arguments, **options)

    monkeypatch.setattr(workspace_update, "write_bytes", full)
    if empty:
        (tmp_path / "mine").mkdir()
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(OSError, match="no space"):
        init.build(elsewhere, tmp_path / "mine")
    assert sorted(tmp_path.rglob("*")) == before


def test_an_empty_folder_is_filled_where_it_stands(elsewhere, tmp_path):
    """A shell that is in it need not go there again."""
    folder = tmp_path / "empty"
    folder.mkdir()
    before = folder.stat().st_ino
    said = kata(folder, "init", ".", "--course", elsewhere.root).stdout
    assert "cd " not in said
    assert folder.stat().st_ino == before
    assert "2 exercises" in said
    assert [path.name for path in folder.glob(".kata*")] == [".kata"]


def test_what_cannot_be_moved_is_moved_back(elsewhere, tmp_path, monkeypatch):
    """An empty folder is then as empty as before."""
    rename = Path.rename

    def fails_once(path, target):
        if path.name == "README.md" and Path(target).parent == tmp_path / "mine":
            raise OSError("in use")
        return rename(path, target)

    (tmp_path / "mine").mkdir()
    monkeypatch.setattr(Path, "rename", fails_once)
    with pytest.raises(OSError, match="in use"):
        init.build(elsewhere, tmp_path / "mine")
    assert not list((tmp_path / "mine").iterdir())


def test_a_workspace_remembers_its_course(mine, tmp_path):
    """Unless it is the installed one; where it has gone, that is said."""
    assert find_workspace(half(mine).parent).course.root == mine.course.root
    mine.course.root.rename(tmp_path / "moved")
    for command in ("update", "list"):
        done = kata(mine.root, command)
        assert (done.returncode, done.stderr.count("\n")) == (2, 1)
        assert "type once where it is now: kata update --course DIR" in done.stderr
    assert kata(mine.root, "update", "--course", tmp_path / "moved").returncode == 0
    assert kata(mine.root, "list").returncode == 0
    (mine.root / COURSE).unlink()
    assert "pip install torchkata-course" in kata(mine.root, "update").stderr


def test_a_workspace_speaks_of_its_own_course(elsewhere, tmp_path):
    """Its title, and where new exercises come from."""
    (elsewhere.root / "course.toml").write_text('title = "Small steps"\n')
    init.build(Course(elsewhere.root), tmp_path / "mine")
    page = " ".join((tmp_path / "mine" / "README.md").read_text().split())
    assert page.startswith("# My exercises: Small steps ")
    assert "new version of the course (in the folder `course`: `git pull` there, if it" in page


def test_a_course_that_came_along_is_asked_for_and_not_run(mine, tmp_path):
    """By every command, until it was named by hand; a folder above is not disturbed."""
    known_courses.place().unlink()
    grader = mine.course.exercises["warmup/half"].grader_path
    grader.write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n{grader.read_text()}")
    for command in ([], ["list"], ["check", "half"], ["hint"], ["update"], ["watch"]):
        done = kata(mine.root, *command)
        assert (done.returncode, done.stderr.count("\n")) == (2, 1)
        assert f"type once: kata update --course {mine.course.root}" in done.stderr
    python = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"]
    inside = subprocess.run(python, cwd=mine.root, capture_output=True, text=True)
    assert "which was never used on this machine" in inside.stderr
    above = subprocess.run(python, cwd=tmp_path, capture_output=True, text=True)
    assert above.returncode == pytest.ExitCode.NO_TESTS_COLLECTED
    assert "torchkata: " in above.stdout
    assert not (tmp_path / "ran").exists()
    assert kata(mine.root, "update", "--course", mine.course.root).returncode == 0
    assert kata(mine.root, "check", "half").returncode == 1
    assert (tmp_path / "ran").exists()


@pytest.mark.parametrize("damage", [b"\xff", None])
def test_courses_that_cannot_be_read_are_not_known(mine, damage):
    """Damaged, or a folder in the place of the file: then one is asked again."""
    place = known_courses.place()
    place.unlink()
    place.mkdir() if damage is None else place.write_bytes(damage)
    try:
        known_courses.remember(mine.course.root)
        assert known_courses.is_known(mine.course.root) == (damage is not None)
    finally:
        shutil.rmtree(place) if damage is None else place.unlink()


def test_a_clone_is_brought_up_to_date_by_git(elsewhere, tmp_path):
    """`kata update` says so, there and nowhere else."""
    assert "git pull" in kata(elsewhere.root, "update").stderr
    (tmp_path / "nothing").mkdir()
    assert "kata init my-kata" in kata(tmp_path / "nothing", "update").stderr


def test_pytest_works_in_a_workspace(mine, run, monkeypatch):
    """The same items, and the verdict is about the learner's file."""
    solve(mine)
    monkeypatch.chdir(mine.root)
    said = run("-q", "--collect-only").said
    assert "exercises/warmup/half.py::row" in said
    assert run("-q").counts == {"passed": 3, "todo": 1}
    assert run("exercises/warmup/half.py::table").counts == {"passed": 1}
    shutil.copy(HERE / "answers" / "misconception.py", half(mine))
    monkeypatch.chdir(half(mine).parent)
    result = run("half.py")
    assert result.counts == {"wrong": 3}
    assert "half is `x / 2`." in result.said


def test_pytest_says_that_the_course_is_missing(mine, run, monkeypatch):
    """It does not find nothing and call that well."""
    shutil.rmtree(mine.course.root)
    monkeypatch.chdir(mine.root)
    result = run()
    assert result.status == pytest.ExitCode.USAGE_ERROR
    assert "type once where it is now: kata update --course DIR" in result.said


def test_what_was_not_begun_is_replaced(mine):
    """By the stub as it is now."""
    change(mine.course, "Halve every number.", "Halve each number.")
    assert again(mine).repaired == ["warmup/half.py"]
    assert half(mine).read_text() == stub_of(mine)
    assert again(mine) == workspace_update.Arrived()


def test_new_exercises_come_and_old_ones_stay(mine, tmp_path):
    """A deleted one is told once; a file that was deleted comes again."""
    graders, solutions = (mine.course.root / name / "warmup" for name in ("graders", "solutions"))
    text = (solutions / "half.py").read_text()
    (solutions / "halve.py").write_text(text.replace("def half(", "def halve("))
    shutil.copy(graders / "half.py", graders / "halve.py")
    (graders / "double.py").unlink()
    half(mine).unlink()
    said = kata(mine.root, "update").stdout
    assert "New: warmup/half.py, warmup/halve.py\n" in said
    assert "No longer in the course; your files stay: warmup/double\n" in said
    assert (mine.root / "exercises" / "warmup" / "double.py").is_file()
    assert kata(mine.root, "update").stdout == "Everything is up to date.\n"


DOCSTRING = ("Halve every number.", "Halve each number.")


def test_a_repaired_docstring_reaches_a_solved_exercise(mine):
    """The answer does not change, line by line."""
    before = solve(mine).read_text()
    change(mine.course, *DOCSTRING)
    assert again(mine).repaired == ["warmup/half.py"]
    assert half(mine).read_text() == before.replace(*DOCSTRING)
    assert again(mine) == workspace_update.Arrived()


@pytest.mark.parametrize(
    ("written", "changed"),
    [
        (DOCSTRING, DOCSTRING),
        (("Halve every number.", "Halve it."), DOCSTRING),
        ((BODY, BODY), ("def half(x):", "def half(x, y=2):")),
        ((BODY, "    return (\n"), DOCSTRING),
        ((BODY, BODY), ("import torch", "import torch as t")),
    ],
    ids=["the same change", "another change", "the signature", "does not parse", "a lost name"],
)
def test_what_cannot_be_merged_is_laid_beside(mine, written, changed):
    """The file is left alone, to the byte, and it is said where the new text is; once."""
    path = solve(mine)
    path.write_text(path.read_text().replace(*written) + "\n\nused = torch.tensor\n")
    before = path.read_bytes()
    change(mine.course, *changed)
    said = kata(mine.root, "update").stdout
    assert "  exercises/warmup/half.py: .kata/new/warmup/half.py\n" in said
    assert path.read_bytes() == before
    new = (mine.root / BESIDE / "warmup" / "half.py").read_text()
    assert new == stub_of(mine)
    assert again(mine) == workspace_update.Arrived()
    path.write_text(new)
    again(mine)
    assert not (mine.root / BESIDE / "warmup" / "half.py").exists()


def test_a_line_that_a_learner_wrote_first_stays_theirs(mine):
    """Although the course wrote the same one later, and then another."""
    path = solve(mine)
    path.write_text(path.read_text().replace(*DOCSTRING))
    before = path.read_bytes()
    change(mine.course, *DOCSTRING)
    again(mine)
    change(mine.course, DOCSTRING[1], "Halve all numbers.")
    again(mine)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_bytes(path.read_bytes() + b"# \xff\n"),
        lambda path: path.write_bytes(path.read_bytes() + b"# one\r\n"),
        lambda path: path.write_bytes(path.read_bytes() + b"#" * 300_000),
        lambda path: (path.rename(path.with_name("kept")), path.symlink_to("kept")),
        lambda path: (path.unlink(), path.mkdir()),
    ],
    ids=["not UTF-8", "two kinds of line ends", "huge", "a link", "a folder"],
)
def test_odd_files_are_left_alone(mine, spoil):
    """Whatever is there, nothing is written to it."""
    spoil(half(mine))
    before = everything(mine.root / "exercises")
    change(mine.course, *DOCSTRING)
    assert again(mine).beside == ["warmup/half.py"]
    assert everything(mine.root / "exercises") == before


def test_line_ends_and_modes_stay(mine):
    """As an editor on Windows wrote them."""
    path = solve(mine)
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    path.chmod(0o640)
    before = path.read_bytes()
    change(mine.course, *DOCSTRING)
    assert again(mine).repaired == ["warmup/half.py"]
    assert path.read_bytes() == before.replace(*map(str.encode, DOCSTRING))
    assert path.stat().st_mode & 0o777 == 0o640


def test_pages_come_too_and_notes_in_them_stay(mine):
    """A picture is replaced; a page that was written in is not; a deleted one stays away."""
    pages, ours = mine.root / "exercises" / "warmup", mine.course.root / "exercises" / "warmup"
    (pages / "README.md").write_text("# Warm up\nmy notes\n")
    (ours / "README.md").write_text("# Warm up, twice\n")
    (ours / "picture.png").write_bytes(b"a better picture")
    arrived = again(mine)
    assert (arrived.beside, arrived.repaired) == (["warmup/README.md"], ["warmup/picture.png"])
    assert (pages / "README.md").read_text() == "# Warm up\nmy notes\n"
    assert (pages / "picture.png").read_bytes() == b"a better picture"
    (pages / "picture.png").unlink()
    assert again(mine) == workspace_update.Arrived()


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: b"\xff\xfe{",
        lambda data: data[: len(data) // 2],
        lambda data: b'{"version": 99}',
        lambda data: data.replace(b"Halve every", b"Halve avery"),
        lambda data: data.replace(b"Halve every", b"Halve \\ud800ry"),
        lambda data: data.replace(TODO[:-1].encode(), BODY[:-1].replace("\n", "\\n").encode()),
    ],
    ids=["empty", "not JSON", "half", "version", "a letter", "no letter", "the answer"],
)
def test_damage_costs_merges_and_nothing_else(mine, damage):
    """The file is left alone, and new exercises still come."""
    before = solve(mine).read_bytes()
    (mine.root / GIVEN).write_bytes(damage((mine.root / GIVEN).read_bytes()))
    (mine.root / "exercises" / "warmup" / "double.py").unlink()
    change(mine.course, *DOCSTRING)
    arrived = again(mine)
    assert (arrived.new, arrived.beside) == (["warmup/double.py"], ["warmup/half.py"])
    assert half(mine).read_bytes() == before
    assert again(mine) == workspace_update.Arrived()


def lines_of(text):
    """How often each line is in a text, blank ones aside."""
    return Counter(line for line in text.split("\n") if line.strip())


LINES = st.sampled_from(["", "a = 1", "b = a", "# why", "import math", "c = math.pi", "a = 2"])
TEXTS = st.lists(LINES, max_size=12).map("\n".join)


@settings(deadline=None, max_examples=500)
@given(TEXTS, TEXTS, TEXTS)
@example("a = 1\n\nb = a", "# why\na = 1\n\nb = a", "a = 1\n\n# why")
def test_a_merge_loses_nothing(old, mine, new):
    """Of any three versions: what is not of the old one is in the outcome, or there is none."""
    merged = merge(old, mine, new)
    event("merged" if merged is not None else "left alone")
    if merged is not None:
        assert lines_of(mine) - lines_of(old) <= lines_of(merged)
        assert lines_of(new) - lines_of(old) <= lines_of(merged)


@pytest.mark.parametrize(
    ("mine", "new", "merged"),
    [
        ("a = 1\n# mine\n\nb = 1", "a = 1\n# new\n\nb = 1", None),
        ("a = 1\n# mine\nb = 1", "# new\na = 1\n\nb = 1", "# new\na = 1\n# mine\nb = 1"),
        ("a = 2\n\nb = 1", "a = 1\n# new\nb = 1", None),
    ],
    ids=["one place", "two places", "side by side"],
)
def test_changes_that_touch_are_not_merged(mine, new, merged):
    """Which of them belongs first, nobody knows."""
    assert merge("a = 1\n\nb = 1", mine, new) == merged


WRITTEN = st.sampled_from(["    x = x / 2", "    return x", "", "# mine", "half = 1", "    ("])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.integers(0, 30), WRITTEN),
        st.tuples(st.just("solve"), st.just(0), st.just("    return x / 2")),
        st.tuples(st.just("docstring"), st.integers(0, 3), st.just("")),
        st.tuples(st.just("helper"), st.integers(0, 3), st.just("")),
        st.tuples(st.just("signature"), st.integers(0, 2), st.just("")),
        st.tuples(st.just("damage"), st.integers(0, 3000), st.just("")),
    ),
    max_size=8,
)


@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
@example([("write", 30, "# mine"), ("docstring", 1, ""), ("solve", 0, "    return x / 2")])
def test_no_line_of_a_learners_is_ever_lost(steps):
    """Whatever is written, changed and damaged, in any order; and a second update does nothing."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(HERE / "small_course", Path(folder, "course"))
        workspace = Workspace(Path(folder, "mine"), Course(Path(folder, "course")))
        init.build(workspace.course, workspace.root)
        added = Counter()
        for step in steps:
            added += _take(workspace, *step)
            before = half(workspace).read_bytes()
            arrived = again(workspace)
            event(f"{step[0]}: {'merged' if arrived.repaired and added else 'not merged'}")
            assert added <= lines_of(half(workspace).read_text())
            if step[0] == "damage" and added:
                assert half(workspace).read_bytes() == before
            seen = everything(workspace.root)
            assert again(workspace) == workspace_update.Arrived()
            assert everything(workspace.root) == seen


def _take(workspace, kind, number, line):
    """Take a step, and return the lines that the learner added."""
    path, course = half(workspace), workspace.course
    lines = path.read_text().split("\n")
    if kind == "write":
        lines.insert(min(number, len(lines)), line)
    elif kind == "solve" and TODO.rstrip() in lines:
        lines[lines.index(TODO.rstrip())] = line
    elif kind == "damage":
        data = bytearray((workspace.root / GIVEN).read_bytes())
        data[number % len(data)] ^= 1
        (workspace.root / GIVEN).write_bytes(data)
    else:
        _change_course(course, kind, number)
        return Counter()
    path.write_text("\n".join(lines))
    return lines_of(line) if kind in ("write", "solve") and line in lines else Counter()


def _change_course(course, kind, number):
    path = course.root / "solutions" / "warmup" / "half.py"
    text = (HERE / "small_course" / "solutions" / "warmup" / "half.py").read_text()
    was = path.read_text()
    helper = "\n\ndef _help(x):\n    return x\n"
    parts = {
        "docstring": was.count("Halve every number, really."),
        "helper": was.count("def _help"),
        "signature": was.count("def half(x, y"),
    }
    parts[kind] = number
    if parts["docstring"]:
        text = text.replace("Halve every number.", "Halve every number, really.")
    if parts["signature"]:
        text = text.replace("def half(x)", f"def half(x, y={parts['signature']})")
    if parts["helper"]:
        text = text.replace("import torch\n", f"import torch\n{helper}")
    path.write_text(text)
