"""The learner's commands: what they say, what they keep, and what they never lose."""

import json
import os
import re
import shutil
import subprocess
import sys
import time

import pytest

import torchkata
from torchkata.learning import progress as kept
from torchkata.learning import session
from torchkata.learning.workspace import find_workspace

from command import CODE, kata_apart
from command import kata as typed
from conftest import HERE
from remarks import SENTENCE, WRITTEN_SO, with_a_remark

RIGHT, WRONG = "def half(x):\n    return x / 2\n", "def half(x):\n    return 2 * x\n"


@pytest.fixture
def kata(elsewhere):
    """Run `kata` in the small course's folder."""

    def run(*arguments, cwd=elsewhere.root, **given):
        apart = any(name == "code" or "KATA" in name or "PYTHON" in name for name in given)
        done = (kata_apart if apart else typed)(*arguments, cwd=cwd, **given)
        assert "Traceback" not in done.stderr, done.stderr
        return done

    return run


@pytest.fixture
def write(elsewhere):
    """Write the learner's file of the small course's first exercise."""
    return elsewhere.exercises["warmup/half"].stub_path.write_text


def test_the_first_run_says_how_it_works_and_where_to_begin(kata):
    """And the second one does not."""
    first, second = kata().stdout, kata().stdout
    assert "Write it, save, and type `kata check`" in first
    assert "Write it" not in second
    for said in (first, second):
        assert "warmup  [--------------------]  0 of 2" in said
        assert "Begin with exercises/warmup/half.py, line 22; then: kata check half" in said


def test_a_course_has_its_own_welcome_and_its_own_last_word(kata, write, elsewhere):
    """The welcome is shown once and ends in a command; the last word when all is passed."""
    said = 'welcome = "Good to see you."\nfinal = "Go and build something."\n'
    (elsewhere.root / "course.toml").write_text(said)
    first, second = kata().stdout, kata().stdout
    assert first.startswith("Good to see you.\n\nwarmup ")
    assert first.endswith("\n    kata watch\n")
    assert len(first.splitlines()) <= 60
    assert "Good to see you" not in second
    write(RIGHT)
    double = elsewhere.exercises["warmup/double"]
    shutil.copy(double.solution_path, double.stub_path)
    assert "Go and build something.\n\nAll exercises are passed." in kata().stdout
    (elsewhere.root / "course.toml").write_text('welcome = """\n' + "line\n" * 61 + '"""\n')
    assert "course.toml:1: `welcome` has more than 60 lines" in kata().stderr


def test_nothing_new_needs_no_torch(kata, write):
    """What was checked before is known at once, whether right or wrong."""
    write(WRONG)
    kata()
    code = f"import sys; {CODE}; assert 'torch' not in sys.modules and 'typer' not in sys.modules"
    done = kata(code=code)
    assert done.returncode == 0, done.stderr
    assert "Begin with exercises/warmup/half.py, line 1" in done.stdout


def test_what_has_changed_since_last_time_is_told(kata, write):
    """With its new verdict, and a word and a sign for it."""
    kata()
    write(RIGHT)
    assert "Since last time:\n  + warmup/half: passed" in kata().stdout
    write(WRONG)
    assert "  x warmup/half: wrong" in kata().stdout


def test_check_explains_and_has_an_exit_status(kata, write):
    """As pytest does, by any part of the name; without a name, what has changed."""
    write(WRONG)
    done = kata("check", "hal")
    assert done.returncode == 1
    assert "Twice is the other way round" in done.stdout
    write(RIGHT)
    done = kata("check")
    assert done.returncode == 0
    assert "warmup/half" in done.stdout
    assert "passed" in done.stdout
    again = kata("check", "--json")
    assert json.loads(again.stdout)[0]["verdict"] == "passed"
    assert "Nothing has changed" in again.stderr


def test_a_remark_is_told_after_the_pass(kata, write, half):
    """Of all exercises, too, of which what else passed is counted alone."""
    with_a_remark(half).stub_path.write_text(WRITTEN_SO)
    for done in (kata("check", "half"), kata("check", "--all")):
        assert SENTENCE in done.stdout
        assert "passed\n  Right in every case. One remark" in done.stdout
    assert json.loads(kata("check", "half", "--json").stdout)[0]["remark"] == "by_a_function"
    write(RIGHT)
    assert "warmup/half" not in kata("check", "--all").stdout


def test_a_module_is_checked(kata, write):
    """By its name, with all its exercises."""
    write(RIGHT)
    done = kata("check", "exercises/warmup/", "--json")
    verdicts = {row["exercise"]: row["verdict"] for row in json.loads(done.stdout)}
    assert verdicts == {"warmup/double": "todo", "warmup/half": "passed"}


@pytest.mark.parametrize("fork", ["", "1"])
@pytest.mark.slow
def test_answers_that_never_end_or_crash_disturb_nothing(kata, write, fork):
    """With a fork and without one, as on Windows."""
    answers = {
        "timeout": "def half(x):\n    while True:\n        pass\n",
        "crashed": "import os\nos._exit(3)\n",
        "wrong": "import os\ndef half(x):\n    os.write(1, b'{}' * 99)\n    return x\n",
    }
    for verdict, text in answers.items():
        write(text)
        done = kata("check", "half", "--json", KATA_NO_FORK=fork)
        assert json.loads(done.stdout)[0]["verdict"] == verdict


def test_one_hint_more_each_time(kata):
    """The last one says so, and then it stays."""
    first, second = kata("hint", "half").stdout, kata("hint", "half").stdout
    assert first.startswith("1. How often does 2 go into x?")
    assert "That was the last one" in first
    assert first == second


def test_a_hint_without_a_name_is_for_what_is_worked_on(kata, write):
    """What was checked last, if it is not passed; else what comes next."""
    write(WRONG)
    kata("check", "half")
    assert kata("hint").stdout.startswith("1. How often does 2 go into x?")
    write(RIGHT)
    kata("check", "half")
    assert (
        "kata hint double" in kata("hint").stdout or "kata solution double" in kata("hint").stdout
    )


def test_a_pass_says_where_to_go_on(kata, write):
    """With the file, the line, and what to type."""
    write(RIGHT)
    said = kata("check", "half").stdout
    assert re.search(
        r"Go on with exercises/warmup/double.py, line \d+; then: kata check double", said
    )
    assert "Go on" not in kata("check", "double").stdout


@pytest.mark.parametrize("arguments", [(), ("list",), ("hint", "--help")])
def test_a_reader_who_has_enough_ends_nothing_with_a_traceback(arguments, elsewhere):
    """As `head -1` does."""
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-c", CODE, *arguments]
    done = subprocess.run(command, cwd=elsewhere.root, stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    assert b"Traceback" not in done.stderr


def test_short_help_and_the_version(kata):
    """As other programs have them."""
    assert kata("check", "-h").stdout == kata("check", "--help").stdout
    assert kata("--version").stdout == f"torchkata {torchkata.__version__}\n"


@pytest.mark.parametrize("plain", [{"KATA_PLAIN": "1"}, {"TERM": "dumb"}])
def test_plain_has_no_boxes(plain, kata):
    """For screen readers and logs: help and errors are lines of ASCII."""
    for arguments in (("check", "-h"), ("check", "--nonsense")):
        done = kata(*arguments, code=CODE, **plain)
        said = done.stdout + done.stderr
        assert said.isascii()
        assert "check" in said


def test_the_solution_is_for_who_passed_or_gave_up(kata, write):
    """Once passed, the wrong ways come too; giving up is remembered."""
    locked = kata("solution", "half")
    assert (locked.returncode, locked.stdout) == (1, "")
    assert "kata solution half --give-up" in locked.stderr
    assert "def times_a_half" in kata("solution", "half", "--give-up").stdout
    assert "def times_a_half" in kata("solution", "half").stdout
    write(RIGHT)
    kata("check")
    said = kata("solution", "half").stdout
    assert "Wrong ways" in said
    assert "-1 of 1: Twice is the other way round" in said


def test_the_last_hint_names_the_solution_as_it_is_to_be_had(kata, write):
    """Without giving up, for those who passed or gave up before."""
    for _ in range(3):
        told = kata("hint", "half").stdout
    assert "The solution: kata solution half --give-up)" in told
    write(RIGHT)
    kata("check")
    assert "The solution: kata solution half)" in kata("hint", "half").stdout


def test_reset_keeps_the_answer(kata, write, elsewhere):
    """Each one, even if there are two in a second."""
    texts = [RIGHT, WRONG]
    for text in texts:
        write(text)
        assert "Your answer is kept in .kata/backups/warmup-half-" in kata("reset", "half").stdout
    half = elsewhere.exercises["warmup/half"]
    assert half.stub_path.read_text() == half.stub
    backups = sorted((elsewhere.root / ".kata" / "backups").iterdir())
    assert sorted(path.read_text() for path in backups) == sorted(texts)


def test_what_nobody_wrote_in_is_no_old_answer(kata, write, elsewhere):
    """However often it is set back: the answer comes back, and what was written since is kept."""
    half = elsewhere.exercises["warmup/half"]
    write(RIGHT)
    kata("reset", "half")
    assert "kept" not in kata("reset", "half").stdout
    backups = elsewhere.root / ".kata" / "backups"
    # What an earlier version left there.
    (backups / "warmup-half-99991231-000000.py").write_text(half.stub)
    kata("review", "--back", "half")
    assert half.stub_path.read_text() == RIGHT
    write(WRONG)
    os.utime(next(backups.glob("*-2*.py")), (4e9, 4e9))
    kata("review", "--back", "half")
    assert half.stub_path.read_text() == RIGHT
    assert WRONG in [path.read_text() for path in backups.iterdir()]


def test_list_shows_all_in_order(kata, write):
    """With verdicts, for people and as data; what has changed is not called by its old verdict."""
    write(RIGHT)
    kata("check", "half")
    assert "+ passed   1   5 min  warmup/half" in kata("list").stdout
    write(WRONG)
    rows = {row["exercise"]: row for row in json.loads(kata("list", "--json").stdout)}
    assert (rows["warmup/half"]["verdict"], rows["warmup/double"]["verdict"]) == (None, "todo")
    assert "~ changed  1   5 min  warmup/half" in kata("list").stdout


def test_the_list_has_the_modules_titles(kata, elsewhere):
    """Those that the course gives them, each above its exercises."""
    (elsewhere.root / "course.toml").write_text('[modules]\nwarmup = "To get warm"\n')
    first, second, *_ = kata("list").stdout.splitlines()
    assert first == "To get warm (about 15 min)"
    assert second == ". todo     1   5 min  warmup/half"


def test_what_is_skipped_comes_last(kata, write, elsewhere):
    """It is listed as skipped until it is passed, and nothing leads to it but the end."""
    kata("check", "--all")
    assert "Go on" not in kata("skip", "half").stdout
    assert "- skipped  1   5 min  warmup/half" in kata("list").stdout
    workspace = find_workspace(elsewhere.root)
    known = {"warmup/half": "todo", "warmup/double": "todo"}
    assert session.next_of(workspace, known).name == "double"
    assert session.next_of(workspace, known | {"warmup/double": "passed"}).name == "half"
    write(RIGHT)
    kata("check", "half")
    assert "+ passed   1   5 min  warmup/half" in kata("list").stdout


@pytest.mark.parametrize(
    ("outline", "standing"),
    [
        ("", ""),
        ('[stands_for]\nwarmup = "warmup/double"\n', "double"),
        ('[stands_for]\nwarmup = "warmup/half"\n', "half"),
    ],
)
def test_one_exercise_stands_for_its_module(elsewhere, outline, standing):
    """Who passes it may skip the others; that it is another, or none, is the course's to say."""
    (elsewhere.root / "course.toml").write_text(outline)
    workspace = find_workspace(elsewhere.root)
    for exercise in workspace.ordered:
        others = session.stood_for(workspace, exercise, {exercise.id: "passed"})
        expected = [one for one in workspace.ordered if one != exercise]
        assert others == (expected if exercise.name == standing else [])
    session.skip(workspace, workspace.ordered)
    assert session.stood_for(workspace, workspace.ordered[0], {}) == []


def test_the_last_core_exercise_stands_for_its_module(elsewhere):
    """Where the course names none."""
    path = elsewhere.exercises["warmup/half"].grader_path
    path.write_text(path.read_text().replace("points=1", "points=1, core=True"))
    workspace = find_workspace(elsewhere.root)
    half, double = (workspace.course.exercises[f"warmup/{name}"] for name in ("half", "double"))
    assert session.stood_for(workspace, half, {half.id: "passed"}) == [double]


def _days_ago(root, days):
    with kept.changing(root) as progress:
        entry = progress.entry("warmup/half")
        entry.passed[-1] -= days * 86400


def test_review_asks_again_after_some_days(kata, write, elsewhere):
    """Later each time it is passed; the old answer is kept, and can be brought back."""
    write(RIGHT)
    kata("check")
    assert "the next is due in 1 day." in kata("review").stdout
    _days_ago(elsewhere.root, 2)
    said = kata("review").stdout
    assert "Write exercises/warmup/half.py again" in said
    half = elsewhere.exercises["warmup/half"]
    assert half.stub_path.read_text() == half.stub
    kata("review", "--back")
    assert half.stub_path.read_text() == RIGHT
    kata("check", "half")
    assert "the next is due in 3 days" in kata("review").stdout


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("hlaf", "did you mean: warmup/half?"),
        ("warmup", "warmup is a module of 2 exercises; name one of them: warmup/double, "),
        ("warmup/", "name one of them: warmup/double, warmup/half"),
        ("??", "kata list"),
    ],
)
def test_a_name_that_is_none_gets_suggestions(kata, name, said):
    """Exit status 2, and one sentence."""
    done = kata("hint", name)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_damaged_progress_costs_nothing_but_time(kata, write, elsewhere):
    """It begins again, and what is passed is found again; the damaged file is kept."""
    write(RIGHT)
    kata("check")
    path = elsewhere.root / kept.FILE
    damages = (b"", b"\xff\xfe{", b'{"version": 99}', path.read_bytes()[:50])
    for count, damage in enumerate(damages, start=1):
        path.write_bytes(damage)
        done = kata()
        assert "1 of 2" in done.stdout
        assert f"it is kept as .kata/progress.json.unread-{count}, and" in done.stderr
        assert path.with_name(f"progress.json.unread-{count}").read_bytes() == damage


def test_a_changed_grader_is_graded_anew(kata, write, elsewhere):
    """A verdict is about a file and a grader."""
    write(RIGHT)
    kata("check")
    with elsewhere.exercises["warmup/half"].grader_path.open("a") as grader:
        grader.write("\n# repaired\n")
    assert "Checking 1 file" in kata().stderr


@pytest.mark.slow
def test_hangul_folders_and_old_consoles(kata, write, elsewhere, tmp_path):
    """A path in Hangul is fine, and a console that lacks a letter shows another."""
    folder = tmp_path / "한글 폴더" / "course"
    shutil.copytree(elsewhere.root, folder)
    (folder / "exercises" / "warmup" / "half.py").write_text(
        "def half(x):\n    raise ValueError('한글 \u2713')\n", encoding="utf-8"
    )
    for encoding in ("cp949", "cp1252", "ascii"):
        done = kata("check", "half", cwd=folder, PYTHONIOENCODING=encoding)
        assert done.returncode == 1
        assert "ValueError" in done.stdout


def test_outside_of_a_course_it_says_what_to_do(kata, tmp_path):
    """One sentence."""
    (tmp_path / "empty").mkdir()
    done = kata(cwd=tmp_path / "empty")
    assert done.returncode == 2
    assert "kata init my-kata" in done.stderr


@pytest.mark.parametrize("command", ["check", "hint", "watch"])
def test_a_shell_completes_names(kata, command):
    """With their modules and without."""
    asked = {
        "_KATA_COMPLETE": "complete_bash",
        "COMP_WORDS": f"kata {command} ha",
        "COMP_CWORD": "2",
    }
    assert kata(**asked).stdout.split() == ["half"]
    asked["COMP_WORDS"] = f"kata {command} warmup/h"
    assert kata(**asked).stdout.split() == ["warmup/half"]


def test_help_is_grouped(kata):
    """Learn, teach, author, in this order."""
    said = kata("--help").stdout
    assert said.index(" Learn ") < said.index(" Teach ") < said.index(" Author ")


def test_no_text_of_the_learners_commands_stands_elsewhere():
    """What they print comes from text/, so that it can be translated."""
    names = ("cli/learn", "cli/watch", "cli/init")
    for name in (*names, "learning/overview", "learning/session", "learning/screen"):
        text = (HERE.parent / "torchkata" / f"{name}.py").read_text()
        assert not re.search(r"print\(f?\"[^\"\\\\]{3,}", text.replace('print(f"  See', "")), name


def test_a_report_shows_what_was_passed_and_overcome(kata, write, elsewhere):
    """With the mistake's sentence, the day and the code, escaped, and nothing from a network."""
    write(WRONG)
    kata("check", "half")
    write(f"# <script>alert(1)</script>\n{RIGHT}")
    kata("check", "half")
    done = kata("report")
    assert done.returncode == 0
    assert "report.html is written" in done.stdout
    page = (elsewhere.root / "report.html").read_text()
    assert "Practice, self-reported" in page
    assert "1 of 2 exercises passed" in page
    assert "Mistakes overcome:</p>\n<ul>\n<li>Twice is the other way round" in page
    assert f"Passed on {time.strftime('%Y-%m-%d')}." in page
    assert "# &lt;script&gt;alert(1)&lt;/script&gt;\ndef half(x):\n    return x / 2</pre>" in page
    assert not re.search(r"<script|https?:|<img|<link|url\(", page)
    assert "warmup/double" not in page


def test_a_report_is_true_of_what_changed_since(kata, write, elsewhere):
    """Code that was not checked is not shown; a solution that was looked at is told."""
    kata("solution", "half", "--give-up")
    write(RIGHT)
    kata("check", "half")
    write(WRONG)
    kata("report")
    page = (elsewhere.root / "report.html").read_text()
    assert "The solution was looked at before." in page
    assert "The file has changed since it was passed" in page
    assert "2 * x" not in page
    kata("check", "half")
    kata("report")
    assert "<li>Twice is the other way round" in (elsewhere.root / "report.html").read_text()


def test_a_report_overwrites_reports_only(kata, elsewhere):
    """And says so in one sentence."""
    assert kata("report", "--out", "mine.html").returncode == 0
    assert "0 of 2 exercises passed" in (elsewhere.root / "mine.html").read_text()
    (elsewhere.root / "mine.html").write_text("my thesis")
    done = kata("report", "--out", "mine.html")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "is there already, and is no report" in done.stderr
    assert (elsewhere.root / "mine.html").read_text() == "my thesis"
    assert kata("report", "--out", ".").returncode == 2
