"""A class on several machines that share a folder: each grades its part, on one set of seeds."""

import errno
import multiprocessing
import os
from dataclasses import replace

import pytest

from torchkata.course import writing
from torchkata.course.course import Course
from torchkata.grading import batch, records, runs, shards
from torchkata.grading.grading_run import Terms
from torchkata.grading.results import load
from torchkata.grading.submission import find_all
from torchkata.sandbox import backends

from command import kata as type_kata
from open_walls import Open

TERMS = Terms((1, 2), Open)
NAMES = [f"student{number}" for number in range(12)]


@pytest.fixture
def handed_in(elsewhere):
    """A folder with a class of twelve."""
    folder = elsewhere.root / "handed_in"
    for number, name in enumerate(NAMES):
        (folder / name / "warmup").mkdir(parents=True)
        text = "def half(x):\n    return x" + (" / 2\n" if number % 2 else "\n")
        (folder / name / "warmup" / "half.py").write_text(text)
    return folder


@pytest.fixture
def kata(elsewhere, monkeypatch, handed_in, tmp_path):
    """Grade the class, or a part of it, into one folder."""
    monkeypatch.setitem(backends.BY_ASSURANCE, "limited", Open)

    def run(*arguments, out=True, **environment):
        command = ["grade", handed_in, "--course", elsewhere.root, "--assurance", "limited"]
        command += ["--workers", "1", *(["--out", tmp_path / "results"] if out else [])]
        return type_kata(*command, *arguments, **environment)

    return run


def seeds_of(folder):
    """The seeds of all records of a batch."""
    return {tuple(record.seeds) for record in map(records.read, (folder / "records").iterdir())}


def test_each_submission_is_in_one_shard():
    """Whatever the number of shards, and by its name alone."""
    for count in (1, 2, 3, 7):
        parts = [shards.Shard(number, count) for number in range(1, count + 1)]
        for name in [*NAMES, "김민수", "ann@2", ""]:
            assert sum(part.has(name) for part in parts) == 1


@pytest.mark.parametrize("text", ["0/3", "4/3", "1", "1/0", "-1/3", "a/b", "1/3/5", "", "²/3"])
def test_what_is_no_shard_is_refused(text):
    """In a sentence that says how they count."""
    with pytest.raises(ValueError, match="needs 1 more"):
        shards.shard_of(text)


@pytest.mark.parametrize(
    ("environment", "job"),
    [
        ({"SLURM_ARRAY_JOB_ID": "17", "SLURM_JOB_ID": "19"}, "17"),
        ({"AWS_BATCH_JOB_ID": "4e0d-11:7"}, "4e0d-11"),
        ({"SLURM_JOB_ID": "19", "JOB_NAME": "the same each week"}, ""),
    ],
)
def test_a_run_is_called_like_the_job(environment, job):
    """Which is the same for all of its tasks."""
    assert shards.job_of(environment) == job


def test_all_shards_are_the_class(kata, tmp_path):
    """On the same seeds; the last one says that nothing is missing."""
    said = [kata("--shard", f"{number}/3", "--run", "monday") for number in (1, 2, 3)]
    assert [done.returncode for done in said] == [0, 0, 0]
    assert "12 of 12 submissions have a record in" in " ".join(said[-1].stderr.split())
    assert "12 of 12" not in said[0].stderr
    assert len(load(tmp_path / "results").students) == 12
    assert len(seeds_of(tmp_path / "results")) == 1


def test_a_lost_shard_is_graded_again_on_the_seeds_of_its_run(kata, tmp_path):
    """Also when all others have ended; another run has its own."""
    kata("--shard", "1/2", "--run", "monday")
    before = seeds_of(tmp_path / "results")
    kata("--shard", "2/2", "--run", "monday")
    assert seeds_of(tmp_path / "results") == before
    for path in (tmp_path / "results" / "records").iterdir():
        path.unlink()
    kata("--shard", "1/2", SLURM_ARRAY_JOB_ID="4711")
    assert not seeds_of(tmp_path / "results") & before


def test_what_comes_without_a_name_is_another_run(kata, elsewhere, tmp_path):
    """Since students may have been told of the one that had one."""
    kata("--shard", "1/1", "--run", "monday")
    named = seeds_of(tmp_path / "results")
    assert {runs.terms_of(tmp_path / "results", elsewhere, TERMS).seeds} == {(1, 2)} != named


def test_a_part_of_a_run_ends_none(elsewhere, handed_in, tmp_path):
    """An interrupted run without a name still goes on on its seeds."""
    runs.terms_of(tmp_path, elsewhere, TERMS)
    terms = runs.terms_of(tmp_path, elsewhere, replace(TERMS, seeds=(5, 6)), "monday")
    assert (terms.seeds, terms.run) == ((5, 6), "monday")
    (one, *_) = find_all(elsewhere, [handed_in], [elsewhere.exercises["warmup/half"]])
    assert len(list(batch.run([one], terms, tmp_path))) == 1
    assert runs.terms_of(tmp_path, elsewhere, replace(TERMS, seeds=(8, 9))).seeds == (1, 2)


def test_an_empty_shard_is_no_error(kata):
    """An array job may have more tasks than there are submissions."""
    empty = next(n for n in range(1, 500) if not any(shards.Shard(n, 500).has(x) for x in NAMES))
    done = kata("--shard", f"{empty}/500", "--run", "monday")
    assert (done.returncode, done.stderr) == (0, "")
    assert "none of 12 submissions is in it" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--shard", "1/2", "--run", "a"], "need --out, a folder that all machines share"),
        (["--run", "a"], "need --out, a folder that all machines share"),
        (["--shard", "1/2"], "needs --run, a name for this run that all machines give"),
        (["--shard", "0/2", "--run", "a"], "is none of 1/N to N/N"),
    ],
)
def test_what_is_missing_is_said(kata, arguments, said):
    """In one sentence, and nothing is graded."""
    done = kata(*arguments, out="needs" in said or "none of" in said)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in " ".join(done.stderr.split())


def test_all_machines_of_a_run_have_the_same_torch(elsewhere, tmp_path, monkeypatch):
    """Verdicts of two versions are not those of one run."""
    runs.terms_of(tmp_path, elsewhere, TERMS, "monday")
    monkeypatch.setattr("torch.__version__", "1.0")
    with pytest.raises(ValueError, match=r"begun with torch 2.*this machine has 1\.0"):
        runs.terms_of(tmp_path, elsewhere, TERMS, "monday")


def test_all_machines_of_a_run_have_the_same_terms(elsewhere, tmp_path):
    """The same course, walls, device, feedback and assignment."""
    runs.terms_of(tmp_path, elsewhere, TERMS, "monday")
    with pytest.raises(ValueError, match="begun with another device"):
        runs.terms_of(tmp_path, elsewhere, replace(TERMS, device="cuda"), "monday")


def test_a_run_that_cannot_be_read_is_named(elsewhere, tmp_path):
    """With the option that chooses another."""
    runs.terms_of(tmp_path, elsewhere, TERMS, "monday")
    (tmp_path / "runs" / "monday.json").write_text("{")
    with pytest.raises(ValueError, match="choose another --run"):
        runs.terms_of(tmp_path, elsewhere, TERMS, "monday")


def test_the_seeds_of_a_run_are_for_the_teachers_eyes(elsewhere, tmp_path):
    """Nobody else can read the file."""
    runs.terms_of(tmp_path, elsewhere, TERMS, "../odd name")
    (path,) = (tmp_path / "runs").iterdir()
    assert path.stat().st_mode & 0o777 == 0o600


def _begun(place, root, number, start):
    course = Course(root)
    start.wait()
    return runs.terms_of(place, course, Terms((number,), Open), "monday").seeds


@pytest.mark.parametrize("times", [3, pytest.param(50, marks=pytest.mark.slow)])
def test_machines_that_begin_at_once_agree_on_one_set_of_seeds(elsewhere, tmp_path, times):
    """Whichever of them was first, each time."""
    start = multiprocessing.get_context("fork").Barrier(4)
    readers = []
    for number in range(4):
        reader, writer = os.pipe()
        if os.fork() == 0:
            seeds = [_begun(tmp_path / str(time), elsewhere.root, number, start)
                     for time in range(times)]  # fmt: skip
            os.write(writer, repr(seeds).encode())
            os._exit(0)
        os.close(writer)
        readers.append(reader)
    said = set()
    for reader in readers:
        with open(reader) as pipe:
            said.add(pipe.read())
        os.wait()
    assert len(said) == 1
    assert len(eval(said.pop())) == times


def test_a_file_is_created_once(tmp_path):
    """The second one finds it, and writes nothing."""
    path = tmp_path / "inside" / "one.json"
    assert [writing.create_bytes(path, text) for text in (b"first", b"second")] == [True, False]
    assert path.read_bytes() == b"first"
    assert list(path.parent.iterdir()) == [path]


def test_a_file_is_created_where_there_are_no_links(tmp_path, monkeypatch):
    """Some file systems have none."""
    monkeypatch.setattr(os, "link", lambda *_: (_ for _ in ()).throw(PermissionError()))
    test_a_file_is_created_once(tmp_path)
    assert (tmp_path / "inside" / "one.json").stat().st_mode & 0o777 == 0o600


def test_an_answer_that_nfs_lost_counts(tmp_path, monkeypatch):
    """The link was made, and the second try says that it is there."""
    link = os.link

    def twice(*places):
        link(*places)
        link(*places)

    monkeypatch.setattr(os, "link", twice)
    assert writing.create_bytes(tmp_path / "one", b"1")


def test_a_record_says_where_it_was_made(elsewhere, handed_in, tmp_path):
    """The machine, and what torch takes its processor for."""
    (one, *_) = find_all(elsewhere, [handed_in], [elsewhere.exercises["warmup/half"]])
    (done,) = batch.run([one], TERMS)
    assert done.record.host == os.uname().nodename
    assert done.record.processor.partition(",")[0].isupper()


def test_a_full_disk_ends_a_shard_with_a_sentence(kata, monkeypatch, tmp_path):
    """What was graded is kept, and graded no second time once there is room."""
    write, wrote = records.write, []

    def until_full(path, record):
        if len(wrote) == 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        wrote.append(path)
        write(path, record)

    with monkeypatch.context() as short:
        short.setattr(records, "write", until_full)
        done = kata("--shard", "1/1", "--run", "monday")
    assert done.returncode == 3
    assert "No space left on device; what is graded is kept: fix it" in " ".join(
        done.stderr.split()
    )
    again = kata("--shard", "1/1", "--run", "monday")
    assert again.returncode == 0
    assert again.stderr.count("(graded before)") == 3
    assert len(seeds_of(tmp_path / "results")) == 1
