"""One finder for all that is typed: what it takes, and what it says of what it does not find."""

import sys

import pytest
import typer

from torchkata.cli import start
from torchkata.cli.app import app
from torchkata.course.course import Course
from torchkata.course.finding import NotFound, find, find_all
from torchkata.text.messages import not_found

IDS = (
    "cross_entropy/cross_entropy",
    "cross_entropy/weighted_mean",
    "debugging/build",
    "debugging/epoch",
    "optimizers/build",
    "optimizers/sgd",
    "optimizers/sgd_step",
    "regression/Tiny",
)
MODULE = [name for name in IDS if name.startswith("cross_entropy/")]

# (what is typed, the one exercise that it means)
ONE = [
    ("optimizers/sgd", "optimizers/sgd"),
    ("sgd", "optimizers/sgd"),
    ("SGD", "optimizers/sgd"),
    ("sgd.py", "optimizers/sgd"),
    ("Sgd_Step", "optimizers/sgd_step"),
    ("sgd-step", "optimizers/sgd_step"),
    ("Weighted mean", "cross_entropy/weighted_mean"),
    ("tiny", "regression/Tiny"),
    ("regression", "regression/Tiny"),
    ("_step", "optimizers/sgd_step"),
    ("weighted", "cross_entropy/weighted_mean"),
    ("cross-entropy/w", "cross_entropy/weighted_mean"),
    ("debugging/build", "debugging/build"),
    ("optimizers/sgd.py", "optimizers/sgd"),
    ("exercises/optimizers/sgd.py", "optimizers/sgd"),
    ("./exercises/optimizers/sgd.py", "optimizers/sgd"),
    (r"exercises\optimizers\sgd.py", "optimizers/sgd"),
    (r"C:\course\Exercises\optimizers\sgd.py", "optimizers/sgd"),
    ("graders/optimizers/sgd.py", "optimizers/sgd"),
    ("../solutions/optimizers/sgd", "optimizers/sgd"),
    ("/home/kim/handed_in/optimizers/sgd.py", "optimizers/sgd"),
    ("exercises/sgd", "optimizers/sgd"),
    ("optimizers/sgd/", "optimizers/sgd"),
    (" sgd ", "optimizers/sgd"),
    ("cross_entropy", "cross_entropy/cross_entropy"),
    ("cross_entropy.py", "cross_entropy/cross_entropy"),
    ("cross_entropy/cross_entropy", "cross_entropy/cross_entropy"),
]

# What means a whole module, even where an exercise is called so.
WHOLE = ["cross_entropy/", "exercises/cross_entropy", "graders/Cross-Entropy/"]
WHOLE += [r"exercises\cross_entropy", "./cross_entropy/"]

# (what is typed, and what is said of it where one exercise is wanted and where several are)
NOT_ONE = [
    ("optmizers/sdg", "no exercise is called 'optmizers/sdg'; did you mean: optimizers/sgd?"),
    ("weihgted", "no exercise is called 'weihgted'; did you mean: cross_entropy/weighted_mean?"),
    ("regresion", "no exercise is called 'regresion'; did you mean: regression/?"),
    (
        "Cros-Entropy",
        "no exercise is called 'Cros-Entropy'; did you mean: cross_entropy/cross_entropy, "
        "cross_entropy/?",
    ),
    ("bild", "no exercise is called 'bild'; did you mean: debugging/build, optimizers/build?"),
    ("zzz", "no exercise is called 'zzz'; `kata list` shows all"),
    ("build", "'build' fits several exercises; which one: debugging/build, optimizers/build?"),
    ("s/sg", "'s/sg' fits several exercises; which one: optimizers/sgd, optimizers/sgd_step?"),
    ("", f"'' fits several exercises; which one: {', '.join(IDS[:5])} ...?"),
]

# Commands that take exercises, as one types them with the name of one.
COMMANDS = {
    "check": ["check", "{}"],
    "hint": ["hint", "{}"],
    "solution": ["solution", "{}"],
    "reset": ["reset", "{}"],
    "skip": ["skip", "{}"],
    "review": ["review", "{}"],
    "review back": ["review", "{}", "--back"],
    "watch": ["watch", "{}"],
    "prove": ["prove", "{}"],
    "sentences": ["sentences", "{}"],
    "assign": ["assign", "{}"],
    "replay": ["replay", "record.json", "{}"],
    "accept": ["accept", "record.json", "{}"],
    "new misconception": ["new", "--misconception", "{}", "--from", "record.json"],
    "assign toml": ["assign", "--assignment", "assignment.toml"],
    "grade toml": ["grade", ".", "--assignment", "assignment.toml"],
}
WANT_ONE = ("hint", "solution", "reset", "skip", "review", "watch", "replay", "accept")
WANT_ONE += ("new misconception",)


@pytest.fixture
def named(tmp_path):
    """A course in which nothing is but the exercises' names."""
    for name in IDS:
        path = tmp_path / "graders" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return Course(tmp_path)


@pytest.fixture
def refused(elsewhere, monkeypatch, capsys):
    """Run `kata` in the small course, with a name that it does not take; what it says of it."""
    monkeypatch.chdir(elsewhere.root)

    def run(command, name):
        toml = f"title = 'x'\nexercises = ['{name}']\n"
        (elsewhere.root / "assignment.toml").write_text(toml)
        typed = [word.format(name) for word in COMMANDS[command]]
        monkeypatch.setattr(sys, "argv", ["kata", *typed])
        with pytest.raises(SystemExit) as ended:
            start.main()
        assert ended.value.code == 2
        said = capsys.readouterr()
        assert said.out == ""
        return said.err

    return run


@pytest.mark.parametrize(("typed", "meant"), ONE)
def test_one_exercise_is_meant(named, typed, meant):
    """By an exact name first, then by any part; whether one is wanted or several."""
    assert find(named, typed).id == meant
    assert [exercise.id for exercise in find_all(named, [typed])] == [meant]


@pytest.mark.parametrize("typed", WHOLE)
def test_a_module_means_all_its_exercises(named, typed):
    """Where several are wanted; where one is, it is told how many they are and how they begin."""
    assert [exercise.id for exercise in find_all(named, [typed])] == MODULE
    with pytest.raises(NotFound) as problem:
        find(named, typed)
    wanted = "cross_entropy is a module of 2 exercises; name one of them: "
    assert not_found(problem.value) == wanted + ", ".join(MODULE)


def test_a_long_module_is_not_told_in_full(named):
    """Five of its exercises show what they are called."""
    for number in range(9):
        (named.root / "graders" / "optimizers" / f"a{number}.py").touch()
    with pytest.raises(NotFound) as problem:
        find(Course(named.root), "optimizers")
    names = ", ".join(f"optimizers/a{number}" for number in range(5))
    sentence = f"optimizers is a module of 12 exercises; name one of them: {names} ..."
    assert not_found(problem.value) == sentence


def test_several_names_mean_each_exercise_once(named):
    """In the order in which they were typed."""
    found = find_all(named, ["epoch", "cross_entropy/", "weighted_mean", "debugging"])
    assert [one.id for one in found] == ["debugging/epoch", *MODULE, "debugging/build"]


def test_what_a_module_and_an_exercise_are_called(named):
    """For an assignment it is the module, as it always was; a file or an id is never one."""
    for typed, meant in {
        "cross_entropy": MODULE,
        "cross_entropy.py": MODULE[:1],
        "cross_entropy/cross_entropy": MODULE[:1],
        "sgd": ["optimizers/sgd"],
    }.items():
        assert [one.id for one in find_all(named, [typed], module_first=True)] == meant


@pytest.mark.parametrize(("typed", "sentence"), NOT_ONE)
def test_what_is_not_found_is_answered_with_what_comes_near(named, typed, sentence):
    """The same sentence, whether one is wanted or several."""
    for look in (find, lambda course, name: find_all(course, ["sgd", name])):
        with pytest.raises(NotFound) as problem:
            look(named, typed)
        assert not_found(problem.value) == sentence


def test_all_commands_that_take_exercises_are_known_here():
    """Those whose arguments are names; `new` takes one with --misconception."""
    commands = typer.main.get_command(app).commands
    names = {"name", "names", "exercise"}
    taking = {
        name
        for name, command in commands.items()
        if names & {one.name for one in command.params if one.param_type_name == "argument"}
    }
    assert taking == {words[0] for words in COMMANDS.values()} - {"grade"}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_answers_a_misspelt_name_with_the_same_sentence(refused, command):
    """Exit status 2, what comes near, and nothing else."""
    sentence = "kata: no exercise is called 'hlf'; did you mean: warmup/half?\n"
    assert refused(command, "hlf") == sentence


@pytest.mark.parametrize("command", WANT_ONE)
def test_a_command_that_wants_one_exercise_names_those_of_a_module(refused, command):
    """Instead of taking one of them, or none."""
    names = "warmup/double, warmup/half"
    sentence = f"kata: warmup is a module of 2 exercises; name one of them: {names}\n"
    assert refused(command, "warmup") == sentence
