"""`kata doctor`: what is here, what is missing, and how to fix it."""

import json
import os
import subprocess
import sys

import pytest

from torchkata.cli import doctor
from torchkata.cli.doctor import Finding
from torchkata.sandbox import bubblewrap, remedies

from conftest import ROOT
from walled import NO_NAMESPACES, without

ASSURANCES = ["sandbox", "landlock", "account", "limited", "practice"]
KATA = ["-c", "from torchkata.cli.start import main; main()", "doctor"]

# A machine of another system: it has neither of the modules that Unix alone has.
ELSEWHERE = """
import platform, sys
platform.system = lambda: "Windows"
for name in ("resource", "fcntl", "pyseccomp", "landlockpy"):
    sys.modules[name] = None
from torchkata.cli.start import main
main()
"""


@pytest.mark.usefixtures("worker")
@pytest.mark.slow
def test_here_everything_is_found():
    """Each thing that the walls rest on, and all assurances, tried; exit status 0."""
    done = _run([*KATA, "--json"])
    assert (done.returncode, done.stderr) == (0, "")
    found = [Finding(**one) for one in json.loads(done.stdout)]
    looked_for = ["system", "Python", "torch", "bubblewrap", "libseccomp", "Landlock"]
    expected = [*looked_for, "user namespaces", "user", "container", *ASSURANCES]
    assert [finding.name for finding in found] == expected
    # What another user of this machine can reach is not ours to say.
    others = ("user", "account")
    assert [one for one in found if one.fix and one.name not in others] == []
    assert all(one.found.startswith("yes") for one in found[-5:] if one.name != "account")


@pytest.mark.slow
@pytest.mark.usefixtures("worker")
def test_without_bubblewrap_it_says_how_to_install_it(monkeypatch, capsys, tmp_path):
    """The inner wall can still be had; status 1, since both walls cannot."""
    monkeypatch.setenv("PATH", str(tmp_path))
    found = _findings(capsys, 1)
    assert found["bubblewrap"] == Finding("bubblewrap", "missing", "apt-get install bubblewrap")
    assert "bubblewrap is not installed; on Debian and Ubuntu" in found["sandbox"].found
    assert found["sandbox"].fix == "first fix bubblewrap, user namespaces"
    assert found["landlock"].fix == found["limited"].fix == found["practice"].fix == ""


@pytest.mark.slow
@pytest.mark.usefixtures("worker")
def test_what_bubblewrap_says_is_told(monkeypatch, tmp_path):
    """Where it refuses, its own reason is there, and the remedy beside it."""
    said = "bwrap: No permissions to create new namespace"
    script = f'case "$1" in --version) echo bubblewrap 0.9.0;; *) echo "{said}" >&2; exit 1;; esac'
    _fake_bubblewrap(tmp_path, script)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    # Another user may not reach this folder.
    monkeypatch.setattr(bubblewrap, "why_as_root", lambda: said)
    found = {finding.name: finding for finding in doctor.examine()}
    assert found["bubblewrap"] == Finding("bubblewrap", "0.9.0")
    assert found["user namespaces"].found == f"refused: {said}"
    assert found["user namespaces"].fix
    assert found["sandbox"].found.startswith("no: no sandbox is available on Linux ")
    assert f": {said}; " in found["sandbox"].found
    assert found["sandbox"].fix == "first fix user namespaces"


@pytest.mark.parametrize(
    ("user", "reason", "found", "fix"),
    [
        (1000, "", "an ordinary one", ""),
        (0, "", "root; answers run as an unused one", ""),
        (0, "bwrap: Permission denied", "keep its number outside: bwrap: Permission", "ordinary"),
    ],
)
def test_root_is_told_as_whom_answers_run(user, reason, found, fix, monkeypatch):
    """Nothing is weaker without a word."""
    monkeypatch.setattr(os, "getuid", lambda: user)
    monkeypatch.setattr(doctor.shutil, "which", lambda name: name)
    monkeypatch.setattr(bubblewrap, "why_as_root", lambda: reason)
    seen, advice = doctor._user()
    assert found in seen
    assert fix in advice
    assert bool(fix) == bool(advice)


@pytest.mark.parametrize(
    ("script", "found", "fix"),
    [
        ("echo bubblewrap 0.3.3", "bubblewrap 0.3.3", "0.4.0 or later is needed"),
        ("echo bubblewrap 0.4.1", "0.4.1", ""),
        ("echo cannot be loaded >&2; exit 127", "does not start: cannot be loaded", "install it"),
    ],
)
def test_a_bubblewrap_that_cannot_be_used(script, found, fix, monkeypatch, tmp_path):
    """Too old, or broken: it says so, and what to do."""
    _fake_bubblewrap(tmp_path, script)
    monkeypatch.setenv("PATH", str(tmp_path))
    seen, advice = doctor._bubblewrap()
    assert seen == found
    assert advice.startswith(fix)


def test_the_kernels_own_restrictions_are_named(tmp_path):
    """AppArmor's rule has two remedies; the others one each."""
    settings = {
        "kernel/apparmor_restrict_unprivileged_userns": "1",
        "kernel/unprivileged_userns_clone": "1",
        "user/max_user_namespaces": "63000",
    }
    for name, value in settings.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"{value}\n")
    advice = remedies.for_namespaces(tmp_path)
    assert "a profile for bwrap that allows userns" in advice
    assert "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0" in advice
    assert ";" not in advice
    for name in settings:
        (tmp_path / name).write_text("0\n")
    advice = remedies.for_namespaces(tmp_path)
    assert "AppArmor" not in advice
    assert "sysctl -w user.max_user_namespaces=" in advice
    assert "sysctl -w kernel.unprivileged_userns_clone=1" in advice


@pytest.mark.parametrize(
    ("mark", "kind"),
    [(".dockerenv", "Docker"), ("run/.containerenv", "Podman"), ("etc/hosts", "")],
)
def test_a_container_is_known_by_its_mark(mark, kind, tmp_path, monkeypatch):
    """And without one, there is none."""
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    path = tmp_path / mark
    path.parent.mkdir(exist_ok=True)
    path.touch()
    assert remedies.container(tmp_path) == kind


@pytest.mark.parametrize("kind", ["Docker", "Podman", "Kubernetes"])
def test_nobody_is_told_to_run_a_privileged_container(kind, monkeypatch):
    """What to do in a container that denies namespaces: the inner wall, or what is needed."""
    monkeypatch.setattr(remedies, "container", lambda: kind)
    monkeypatch.setattr(doctor, "_refusal", lambda: "bwrap: No permissions")
    found, fix = doctor._container()
    assert found == kind
    assert fix.startswith("account and landlock need nothing more")
    assert fix.count("--privileged") == fix.count("never with --privileged") == 1
    monkeypatch.setattr(doctor, "_refusal", lambda: "")
    assert doctor._container() == (kind, "")


@pytest.mark.usefixtures("worker")
@pytest.mark.slow
def test_where_namespaces_are_denied_landlock_can_be_had():
    """And `sandbox` cannot, with bubblewrap's reason; exit status 1, and no traceback."""
    done = without(NO_NAMESPACES, *KATA, "--json", cwd=ROOT)
    assert (done.returncode, done.stderr) == (1, "")
    found = {one["name"]: Finding(**one) for one in json.loads(done.stdout)}
    assert found["user namespaces"].found.startswith("refused: bwrap: ")
    assert found["sandbox"].found.startswith("no: no sandbox is available on Linux ")
    assert found["sandbox"].fix == "first fix user namespaces"
    assert found["landlock"] == Finding("landlock", "yes: the inner wall alone")


@pytest.mark.slow
def test_another_system_is_no_traceback():
    """Where modules of Unix are missing it says what needs Linux, and that one can practise."""
    done = _run(["-c", ELSEWHERE, "doctor"], COLUMNS="")
    assert (done.returncode, done.stderr) == (1, "")
    lines = {line[:15].strip(): line for line in done.stdout.splitlines()}
    assert lines["system"].endswith(
        "-> sandbox and account need Linux 5.14 or later, landlock 6.12"
    )
    assert [name for name in lines if name in ASSURANCES] == ASSURANCES
    assert "  no: " in lines["sandbox"]
    assert "  no: " in lines["landlock"]
    assert "  yes, to learn with" in lines["practice"]
    assert "bubblewrap" not in lines


def test_a_look_that_fails_is_a_finding():
    """Whatever goes wrong is one line, and the rest is looked at all the same."""

    def fails():
        raise PermissionError("not\nfor you")

    finding = doctor._finding("Landlock", fails)
    assert finding == Finding("Landlock", "cannot be told: not for you", "report it, please")


def test_without_torch_nothing_runs_and_it_says_so(monkeypatch, capsys):
    """Each assurance then rests on what is missing."""
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.setattr(doctor, "_visit", lambda *_: __import__("torch") and "passed")
    found = _findings(capsys, 1)
    assert found["torch"].fix == "pip install torch"
    assert {found[name].fix for name in ASSURANCES} == {"first fix torch"}


def test_a_wrong_verdict_is_no_assurance(monkeypatch, capsys):
    """Walls that start, and in which a right answer does not pass, are not available."""
    monkeypatch.setattr(doctor, "_visit", lambda *_: "crashed")
    found = _findings(capsys, 1)
    assert {found[name].found for name in ASSURANCES} == {"no: a right answer is judged crashed"}


@pytest.mark.parametrize("width", [30, 60, 200])
def test_a_finding_fits_a_narrow_terminal(width):
    """It is folded between words, and says all that it has to say, without colours."""
    finding = Finding("user namespaces", "refused: " + "a reason " * 9, "sudo sysctl -w a.b-c.d=0")
    text = doctor.line(finding, width)
    assert max(len(line) for line in text.splitlines()) <= width
    assert "-> sudo sysctl" in " ".join(text.split())
    assert "a.b-c.d=0" in text
    assert "\x1b" not in text
    assert doctor.line(finding, 0).count("\n") == 0


@pytest.mark.usefixtures("worker")
def test_the_text_is_one_line_each_and_has_no_colours(monkeypatch, capsys):
    """What is written to a file or a pipe is not folded, whatever is missing."""
    monkeypatch.setattr(doctor, "_visit", lambda *_: "passed")
    monkeypatch.delenv("COLUMNS", raising=False)
    assert doctor.report(as_json=False) == 0
    said = capsys.readouterr().out
    names = [line[:15].strip() for line in said.splitlines()]
    assert names[-5:] == ASSURANCES
    assert len(names) == len({*names})
    assert "\x1b" not in said


def _findings(capsys, status):
    assert doctor.report(as_json=True) == status
    return {one["name"]: Finding(**one) for one in json.loads(capsys.readouterr().out)}


def _fake_bubblewrap(folder, script):
    (folder / "bwrap").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "bwrap").chmod(0o755)


def _run(arguments, **environment):
    environment = {**os.environ, "NO_COLOR": "1", **environment}
    command = [sys.executable, *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment)
