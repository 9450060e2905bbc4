"""The recipes: what none of them may do, and what each of them says of itself."""

import re
import shutil
import subprocess

import pytest
import yaml

from torchkata.cli import doctor

from conftest import ROOT

FOLDER = ROOT / "recipes"
# By glob, so that a new recipe is held to all of this.
FILES = sorted(p for p in FOLDER.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
RECIPES = [path for path in FILES if path.suffix != ".md"]
GITHUB = [*FOLDER.glob("github/*.yml")]
# The project's own, which is held to the same rules.
OWN = [*ROOT.glob(".github/workflows/*.yml")]
ACTIONS = [*FOLDER.glob("github/*/action.yml")]
GITLAB = [*FOLDER.glob("gitlab/*.yml")]
# Each grades a part of a class on a machine of several.
MACHINES = sorted(FOLDER.glob("machines/*"))
SHELL = [path for path in FILES if path.read_text().startswith("#!/usr/bin/env bash")]

# {workflow: what it may write}; the others may read.
WRITES = {"classroom.yml": {"checks"}}
BY_TAG = {"classroom-resources/autograding-grading-reporter@v1"}
# The action that the recipes share, where the repository itself holds it.
HERE = {"./.github/actions/kata", "./recipes/github/kata"}
RUNS_ANSWERS = re.compile(r"kata grade|pytest")


def name_of(path):
    """How a file is called in the tests."""
    return path.relative_to(ROOT).as_posix()


def github_faults(text, writes):
    """What a workflow does and may not, as short names."""
    data = yaml.safe_load(text)
    # YAML 1.1 reads `on` as true.
    if {"pull_request_target", "workflow_run"} & set(data[True]):
        yield "trigger"
    allowed = data.get("permissions")
    if type(allowed) is not dict or {k for k, v in allowed.items() if v != "read"} != writes:
        yield "permissions"
    for job in data["jobs"].values():
        yield from job_faults(job)


def job_faults(job):
    """The same of one of its jobs."""
    if type(job.get("timeout-minutes")) is not int:
        yield "timeout"
    if "permissions" in job:
        yield "permissions"
    said = str(job)
    if "secrets." in said and RUNS_ANSWERS.search(said):
        yield "secret"
    yield from step_faults(job["steps"])


def step_faults(steps):
    """The same of a job's steps, or an action's."""
    for step in steps:
        action, given = step.get("uses", ""), step.get("with", {})
        if not (action in {"", *BY_TAG, *HERE} or re.search(r"@[0-9a-f]{40}$", action)):
            yield "pin"
        if action.startswith("actions/checkout@") and given.get("persist-credentials") is not False:
            yield "credentials"
        if action.startswith("actions/cache") or "cache" in given:
            yield "cache"
        if "${{" in step.get("run", ""):
            yield "injection"


def gitlab_faults(text):
    """The same of a pipeline."""
    data = yaml.safe_load(text)
    jobs = {name: job for name, job in data.items() if "script" in job}
    for job in jobs.values():
        said = str(job)
        if "timeout" not in job:
            yield "timeout"
        if "cache" in job or "cache" in data:
            yield "cache"
        if "TOKEN" in said and RUNS_ANSWERS.search(said):
            yield "secret"
        if re.search(r"CI_COMMIT_(MESSAGE|TITLE|DESCRIPTION|BRANCH|TAG|REF_NAME)|eval", said):
            yield "injection"


@pytest.mark.parametrize("path", [*GITHUB, *OWN], ids=name_of)
def test_a_workflow_has_no_fault(path):
    """Least rights, fixed actions, an end in time, and nothing of a submission in a command."""
    assert list(github_faults(path.read_text(), WRITES.get(path.name, set()))) == []


@pytest.mark.parametrize("path", ACTIONS, ids=name_of)
def test_an_action_has_no_fault(path):
    """Fixed actions, no cache, no secret, and nothing that is given in a command."""
    text = path.read_text()
    assert list(step_faults(yaml.safe_load(text)["runs"]["steps"])) == []
    assert "secrets." not in text


@pytest.mark.parametrize("path", GITHUB, ids=name_of)
def test_what_a_workflow_gives_an_action_is_asked_for(path):
    """By the names of its inputs."""
    asked = set(yaml.safe_load(ACTIONS[0].read_text())["inputs"])
    for job in yaml.safe_load(path.read_text())["jobs"].values():
        for step in job["steps"]:
            assert step.get("uses") not in HERE or set(step["with"]) <= asked


@pytest.mark.parametrize("path", GITLAB, ids=name_of)
def test_a_pipeline_has_no_fault(path):
    """An end in time, no cache, and the token in no job that runs answers."""
    assert list(gitlab_faults(path.read_text())) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("workflow_dispatch:", "pull_request_target:", "trigger"),
        ("contents: read", "contents: write", "permissions"),
        ("permissions:\n  contents: read\n", "", "permissions"),
        ("permissions:\n  contents: read\n", "permissions: write-all\n", "permissions"),
        ("    needs: fetch\n", "    permissions: write-all\n", "permissions"),
        ("    timeout-minutes: 30\n", "", "timeout"),
        ("@08c6903cd8c0fde910a37f88322edcfb5dd907a8", "@v5", "pin"),
        ("persist-credentials: false", "fetch-depth: 0", "credentials"),
        ("requirements: .", "cache: pip", "cache"),
        ("actions/upload-artifact@", "actions/cache@", "cache"),
        ('"$REPOSITORIES"', "${{ inputs.repositories }}", "injection"),
        ("ASSIGNMENT: ${{ inputs", "ASSIGNMENT: ${{ secrets", "secret"),
    ],
)
def test_a_fault_is_found(old, new, fault):
    """Put into the workflow that grades, each of them shows."""
    text = (FOLDER / "github/grade.yml").read_text()
    assert old in text
    assert fault in list(github_faults(text.replace(old, new), set()))


@pytest.mark.parametrize("path", RECIPES, ids=name_of)
def test_a_recipe_begins_with_its_assurance(path):
    """Its first comment names one, or none; and what has an end to it is a grade or feedback."""
    lines = path.read_text().splitlines()
    start = next(n for n, line in enumerate(lines) if not line.startswith("#!"))
    comment = " ".join(lines[start : start + 12])
    said = re.search(r"Assurance: (.*)", comment)
    assert said
    assert re.match(r".*\b(sandbox|landlock|limited|practice|none by itself)\b", said[1])
    if path.suffix == ".yml":
        assert re.search(r"is a grade|is feedback, and no grade|are feedback, and no", said[1])


@pytest.mark.parametrize("path", [*GITHUB, *GITLAB, *MACHINES], ids=name_of)
def test_the_page_lists_each_recipe(path):
    """With the same answer to whether it is a grade as the recipe gives."""
    page = (FOLDER / "README.md").read_text()
    (row,) = [line for line in page.splitlines() if f"({path.parent.name}/{path.name})" in line]
    gives = (
        "feedback"
        if "no grade" in " ".join(path.read_text().split()).replace("# ", "")
        else "a grade"
    )
    assert row.endswith(f"| {gives} |")


def test_the_page_has_dockers_options_as_the_doctor_does():
    """All three, and never more than these."""
    page = (FOLDER / "README.md").read_text()
    given = re.findall(r"--security-opt (\S+)", page)
    assert given == doctor._OPTIONS["Docker"].split()
    assert "docker run --privileged" not in page


def test_the_image_is_built_from_what_is_there():
    """Each file that is copied into it, from the repository's root; and it is no root's."""
    text = (FOLDER / "docker/Dockerfile").read_text()
    copied = [name for line in re.findall(r"^COPY (.*) /", text, re.M) for name in line.split()]
    assert {name for name in copied if not (ROOT / name).exists()} == set()
    assert {"torchkata", "constraints.txt"} <= {*copied}
    assert text.index("\nUSER kata") < text.index("\nENTRYPOINT")
    assert 'CMD ["kata", "doctor"]' in text


def test_the_grading_workflow_writes_a_summary():
    """For people, on the run's page."""
    text = (FOLDER / "github/grade.yml").read_text()
    assert 'kata export results --to markdown >> "$GITHUB_STEP_SUMMARY"' in text


def scripts():
    """(what it is called, text) of all that a shell runs."""
    yield from ((name_of(path), path.read_text()) for path in SHELL)
    for path in [*GITHUB, *OWN]:
        for job in yaml.safe_load(path.read_text())["jobs"].values():
            texts = [step["run"] for step in job["steps"] if "run" in step]
            yield from ((f"{name_of(path)}-{n}", text) for n, text in enumerate(texts))
    for path in ACTIONS:
        steps = yaml.safe_load(path.read_text())["runs"]["steps"]
        yield from ((f"{name_of(path)}-{s['name']}", s["run"]) for s in steps if "run" in s)
    for path in GITLAB:
        jobs = yaml.safe_load(path.read_text()).items()
        lines = {name: job["script"] for name, job in jobs if "script" in job}
        yield from ((f"{name_of(path)}-{name}", "\n".join(text)) for name, text in lines.items())


@pytest.mark.parametrize("script", [pytest.param(text, id=name) for name, text in scripts()])
def test_shell_is_well_formed(script):
    """For bash itself, and for shellcheck where there is one."""
    checks = [["bash", "-n"]]
    if shutil.which("shellcheck"):
        checks.append(["shellcheck", "--shell=bash", "--severity=warning", "-"])
    for check in checks:
        done = subprocess.run(check, input=script, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


SCHEDULED = {
    "slurm.sh": [
        {"SLURM_ARRAY_TASK_ID": str(n), "SLURM_ARRAY_TASK_COUNT": "8", "SLURM_ARRAY_JOB_ID": "17"}
        for n in range(1, 9)
    ],
    "kubernetes.yml": [{"JOB_COMPLETION_INDEX": str(n), "JOB": "17"} for n in range(8)],
    "aws_batch.sh": [
        {"AWS_BATCH_JOB_ARRAY_INDEX": str(n), "AWS_BATCH_JOB_ARRAY_SIZE": "8",
         "AWS_BATCH_JOB_ID": f"17:{n}"}
        for n in range(8)
    ],
}  # fmt: skip


@pytest.mark.parametrize("path", MACHINES, ids=name_of)
def test_a_scheduler_runs_each_shard_once(path, tmp_path):
    """Whether it counts from 0 or from 1; all tasks of a job are one run."""
    kata = tmp_path / "kata"
    kata.write_text('#!/bin/sh\nfor one; do echo "$one"; done\n')
    kata.chmod(0o755)
    command, own = [str(path), "in", "assignment.toml", "out"], {}
    if path.suffix == ".yml":
        (container,) = yaml.safe_load(path.read_text())["spec"]["template"]["spec"]["containers"]
        command = [*container["command"], *container["args"]]
        own = {one["name"]: one["value"] for one in container["env"] if "value" in one}
    shards, runs = [], set()
    for task in SCHEDULED[path.name]:
        environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", **own, **task}
        said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        words = said.stdout.splitlines()
        shards.append(words[words.index("--shard") + 1])
        runs.add(words[words.index("--run") + 1])
    assert shards == [f"{number}/8" for number in range(1, 9)]
    assert runs == {"17"}


def test_an_indexed_job_has_as_many_shards_as_tasks():
    """The two numbers are the same; its results can be written on all nodes."""
    job = yaml.safe_load((FOLDER / "machines/kubernetes.yml").read_text())["spec"]
    (container,) = job["template"]["spec"]["containers"]
    (shards,) = [one["value"] for one in container["env"] if one["name"] == "SHARDS"]
    assert int(shards) == job["completions"]
    assert job["completionMode"] == "Indexed"
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
