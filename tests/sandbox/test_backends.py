"""Behind the walls: the same verdicts, and nothing else comes in or out."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import submissions

from torchkata.grading import grading_run
from torchkata.grading.grading_run import examine
from torchkata.running import practice
from torchkata.running.files import File, read
from torchkata.running.known_answers import observe_known
from torchkata.sandbox import backends
from torchkata.sandbox.channel import Failure
from torchkata.text import explanations

from conftest import HERE, ROOT

pytestmark = pytest.mark.slow

TRICKS = {
    "leaves at once": "import os\nos._exit(0)",
    "leaves quietly": "import sys\nsys.exit(0)",
    "agrees with everything": """
        import torch
        class Yes(torch.Tensor):
            @classmethod
            def __torch_function__(cls, *args, **kwargs): return True
        def half(x): return torch.zeros_like(x).as_subclass(Yes)""",
    "patches the comparison": """
        import torch, torchkata
        torch.equal = torch.allclose = lambda *a, **k: True
        def half(x): return 0 * x""",
    "patches the engine": """
        import sys
        for name in list(sys.modules):
            if name.startswith('torchkata.'):
                for key, value in vars(sys.modules[name]).items():
                    if callable(value): setattr(sys.modules[name], key, lambda *a, **k: [])
        def half(x): return 0 * x""",
    "writes a frame of its own": """
        import os
        for descriptor in range(3, 64):
            try: os.write(descriptor, b'KATA1\\n' + (2).to_bytes(8, 'little') + b'{}')
            except OSError: pass
        os._exit(0)""",
    "floods": """
        import os
        while True: os.write(4, b'x' * 65536)""",
    "answers no more": """
        import os, time
        os.closerange(0, 64)
        while True:
            try: time.sleep(60)
            except BaseException: pass""",
    "crashes": "import ctypes\nctypes.string_at(0)",
    "takes all memory": """
        import torch
        def half(x): return torch.ones(2**31, dtype=torch.float64)[:4]""",
    "looks for the reference": """
        import gc, sys
        found = [o for o in gc.get_objects() if getattr(o, '__name__', '') == 'times_a_half']
        def half(x): return found[0](x)""",
    "reads the solution": f"""
        exec(open({str(HERE / "small_course/solutions/warmup/half.py")!r}).read())""",
    "starts a process": """
        import os
        os.fork()
        def half(x): return 0 * x""",
    "ends its parent": """
        import os, signal
        for target in (os.getppid(), 0, -1, 1):
            try: os.kill(target, signal.SIGKILL)
            except OSError: pass
        def half(x): return 0 * x""",
    "returns odd things": """
        import torch
        def half(x):
            return {("k" * 10**6): "\\x1b[31m" * 10**5, "n": [torch.zeros(0, 2**40)] * 50}""",
    "raises a book": """
        def half(x): raise type("E" * 10**5, (Exception,), {})("m" * 10**6)""",
    "seeds the next": """
        import torch
        torch.manual_seed = torch.default_generator.manual_seed = lambda n: None
        def half(x): return 0 * x""",
}


@pytest.mark.parametrize("name", TRICKS)
def test_a_trick_earns_nothing_and_harms_nobody(name, worker, half):
    """No trick passes, and the next, honest answer is judged as ever."""
    text = textwrap.dedent(TRICKS[name])
    result = examine(worker, half, File("half.py", text), [1])
    assert result.verdict != "passed"
    assert len(explanations.render(result, half.grader)) < 5000
    honest = examine(worker, half, File("half.py", half.solution), [2])
    assert honest.verdict == "passed"


def test_verdicts_and_texts_are_the_same_behind_the_walls(walled, worker, sample):
    """Right answers pass there, misconceptions are named, and all is told word for word."""
    exercise, seeds = walled, [0, 1]
    right, wrong = submissions.right(exercise), sample(submissions.wrong(exercise))
    for name, text in {**right, **wrong}.items():
        file = File(f"{exercise.id}.py", text)
        there, here = (
            examine(worker, exercise, file, seeds),
            practice.examine(exercise, file, seeds),
        )
        told = ("passed", None) if name in right else ("wrong", name)
        assert (there.verdict, there.misconception) == told, name
        texts = [explanations.render(one, exercise.grader, verbose=True) for one in (there, here)]
        assert texts[0] == texts[1], name


def test_what_one_leaves_behind_the_next_does_not_see(worker, half):
    """Files in /tmp are gone, whatever their modes."""
    leaves = """
import os
os.makedirs("deep/er")
open("deep/er/note", "w").write("0.5")
os.chmod("deep/er", 0)
os.chmod("deep", 0)
def half(x): return x / 2
"""
    looks = """
import os
left = os.listdir("/tmp")
def half(x): return x / 2 if not left else 0 * x
"""
    for text in (leaves, looks):
        assert examine(worker, half, File("half.py", text), [1]).verdict == "passed"


def test_the_probe_finds_what_is_not_walled_off(tmp_path):
    """In an ordinary process each attempt of the probe succeeds: so a denial means something."""
    planted = tmp_path / "planted"
    planted.write_text("")
    # Left out is what would end this process.
    code = """
import os, sys
os.execv = os.kill = os.symlink = lambda *_: None
sys.path.insert(0, sys.argv[1])
import answer
print(answer.answer(sys.argv[2]))
"""
    command = [sys.executable, "-c", code, str(Path(backends.__file__).parent / "probe"), planted]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "denied" not in said
    assert said.count("allowed") == 9


def test_without_walls_nothing_is_graded(half):
    """Exit status 3, one sentence, and no record."""
    course = ("--course", str(half.course.root))
    done = _kata("grade", str(half.solution_path), "--json", *course, env={"PATH": "/nowhere"})
    assert done.returncode == 3
    assert "bubblewrap is not installed" in done.stderr
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1


def test_a_sandbox_that_cannot_start_is_one_sentence(half, tmp_path):
    """Where namespaces are not available, bubblewrap's own reason is told, and nothing graded."""
    refusing = tmp_path / "bwrap"
    said = "bwrap: No permissions to create new namespace"
    refusing.write_text(f"#!/bin/sh\necho '{said}' >&2\nexit 1\n")
    refusing.chmod(0o755)
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    course = ("--course", str(half.course.root))
    done = _kata("grade", str(half.solution_path), "--json", *course, env=environment)
    assert done.returncode == 3
    assert said in done.stderr
    assert (done.stdout, done.stderr.count("\n")) == ("", 1)


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        ({}, "what tries the inner wall does not come back"),
        ({("try_all", 0): {"read a file": "done"}}, "lets something through: read a file"),
    ],
)
def test_a_sandbox_that_lies_is_refused(monkeypatch, seen, said):
    """If the inner wall let something through, no sandbox would be given out."""
    report = backends.Report(observations=seen)
    monkeypatch.setattr(backends, "_report", lambda *_: report)
    with pytest.raises(backends.NoWalls, match=said):
        backends.Sandbox()


def test_a_dead_sandbox_is_replaced(half):
    """Its death is our fault: the answer is tried once more, in a new one."""
    with grading_run.Worker() as worker:
        worker._walls._process.kill()
        result = examine(worker, half, File("half.py", half.solution), [1])
    assert result.verdict == "passed"


def test_a_grader_that_fails_inside_is_not_the_learners_fault(worker, half):
    """What goes wrong before the submission is read is a failure of ours."""
    half.__dict__["cut_grader"] = "nonsense("
    with pytest.raises(Failure, match="GraderError"):
        worker.respond(half, half.solution, [1])


def test_files_that_are_not_taken(tmp_path, golden):
    """Links, pipes, folders and large files are rejected by name, and never waited for."""
    target = tmp_path / "target.py"
    target.write_text("x = 1")
    (tmp_path / "link.py").symlink_to(target)
    os.link(target, tmp_path / "twin.py")
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "folder.py").mkdir()
    (tmp_path / "large.py").write_bytes(b"#" * 300_000)
    files = {path.name: read(path) for path in sorted(tmp_path.iterdir())}
    said = [f"{name}: {file.report.trouble.message}\n" for name, file in files.items()]
    golden("not_taken", "".join(said))


def test_reference_in_practice_is_what_the_walls_see(worker, half):
    """Arguments drawn inside are those drawn outside, to the last bit of what is observed."""
    report = worker.respond(half, half.solution, [5])
    here = observe_known(half, half.reference(), [5])
    for key, seen in report.observations.items():
        assert all((seen[name] == here[key][name]).all() for name in seen)


def _kata(*arguments, env=None):
    command = [sys.executable, "-c", "from torchkata.cli.start import main; main()", *arguments]
    environment = {**os.environ, **(env or {})}
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment)
