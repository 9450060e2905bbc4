"""What the learner's commands say; without torch, which takes time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from torchkata.course.finding import NotFound
from torchkata.judging.verdicts import SIGNS, VERDICTS
from torchkata.text.wrapping import WIDTH, columns, padded


def progress(verdicts: Mapping[str, str]) -> Iterator[str]:
    """A line per module: how many of its exercises are passed.

    Args:
        verdicts: {exercise: verdict}.
    """
    modules = dict.fromkeys(name.partition("/")[0] for name in verdicts)
    for module in modules:
        inside = [verdict for name, verdict in verdicts.items() if name.startswith(f"{module}/")]
        passed = inside.count("passed")
        rest = (f"{inside.count(v)} {v}" for v in VERDICTS[1:] if v in inside)
        yield "  ".join([padded(module, 28), f"{passed} of {len(inside)} passed", *rest])


def next_one(where: str, begun: bool, pytest: str) -> str:
    """Where to go on.

    Args:
        where: the file of the exercise to do next, as one types it.
        begun: whether any is passed yet.
        pytest: the command, as one types it.
    """
    verb = "Go on with" if begun else "Begin with"
    return f"\n{verb} {where}; then: {pytest} {where}"


def exercises_passed(verdicts: Mapping[str, str], letters: Mapping[str, str]) -> str:
    """How many exercises of a run of pytest are passed, and what its letters mean.

    Args:
        verdicts: {exercise: verdict}.
        letters: {letter: the verdict on a case that it is for}, of those that were seen.
    """
    passed = list(verdicts.values()).count("passed")
    meanings = ", ".join(
        f"{letter} {'not begun' if verdict == 'todo' else verdict}"
        for letter, verdict in letters.items()
    )
    return f"{passed} of {len(verdicts)} exercises passed. Each letter above is a case: {meanings}."


def how_to_begin(commands: Iterable[str]) -> str:
    """How to go on from a course that nobody has worked in, to a folder of one's own.

    Args:
        commands: what to type.
    """
    lines = "".join(f"\n    {command}" for command in commands)
    return f"\nMake a folder of your own to work in, and begin:\n{lines}\n"


def one_workspace(roots: Sequence[str], exercises: str) -> str:
    """That pytest checks one workspace at a time, and how.

    Args:
        roots: the workspaces that may be meant.
        exercises: of the first, as one types it.
    """
    names = " and ".join(roots)
    return f"a run checks the exercises of one folder, and here is {names}: pytest {exercises}"


def not_collected(paths: Sequence[str], answers: str) -> str:
    """Why pytest found no exercise.

    Args:
        paths: that pytest was given, within the folder of exercises or elsewhere.
        answers: the folder of exercises.
    """
    if paths:
        return f"{', '.join(paths)}: no exercise of the course; `kata list` names them all"
    return f"the course has no exercise that was looked for in {answers}"


HOW_IT_WORKS = """\
Each exercise is a file with a function to write. Write it, save, and type `kata check`.
`kata watch` does that by itself at each save; `kata hint NAME` helps, `kata list` shows all.
Nothing is graded here, and nothing leaves this machine: try as often as you like."""

# Below where to begin, the first time.
BEGIN_BY = "Or open that file in an editor, and leave this running beside it:\n\n    kata watch"

UP_TO_DATE = "Nothing has changed since it was last checked."
ALL_DONE = "All exercises are passed. `kata review` asks you some of them again."


def bars(verdicts: Mapping[str, str], width: int) -> Iterator[str]:
    """A line per module: a bar, and how many of its exercises are passed.

    Args:
        verdicts: {exercise: verdict}.
        width: of the terminal.
    """
    modules = dict.fromkeys(name.partition("/")[0] for name in verdicts)
    longest = max(map(columns, modules), default=0)
    room = max(4, min(20, width - longest - 12))
    for module in modules:
        inside = [verdict for name, verdict in verdicts.items() if name.startswith(f"{module}/")]
        passed = inside.count("passed")
        full = round(room * passed / len(inside))
        bar = "#" * full + "-" * (room - full)
        yield f"{padded(module, longest)}  [{bar}] {passed:>2} of {len(inside)}"


def go_on(where: str, line: int, begun: bool, name: str) -> str:
    """Which file to open next, and at which line."""
    verb = "Go on with" if begun else "Begin with"
    return f"{verb} {where}, line {line}; then: kata check {name}"


def what_more(name: str, others: int, read: str) -> str:
    """What there is to look at after a pass.

    Args:
        name: of the exercise.
        others: how many right ways are known besides the first.
        read: the page that explains more; empty if none is named.
    """
    ways = {0: "The solution", 1: "The solution and another right way"}
    count = ways.get(others, f"The solution and {others} other right ways")
    page = f"Read: {read}" if read else ""
    return "\n".join(filter(None, [f"{count}: kata solution {name}", page]))


def since_last_time(changed: Mapping[str, str]) -> Iterator[str]:
    """What became of the files that have changed.

    Args:
        changed: {exercise: its new verdict}.
    """
    if changed:
        yield "Since last time:"
    for name, verdict in changed.items():
        yield f"  {SIGNS[verdict]} {name}: {verdict}"


def looking_at(count: int) -> str:
    """That something takes a moment."""
    return f"Checking {count} {'file' if count == 1 else 'files'} ..."


def not_found(problem: NotFound) -> str:
    """That a name means no exercise, or several where one is wanted, and which come near."""
    names = problem.meant or problem.near
    some = f"{', '.join(names[:5])}{' ...' if len(names) > 5 else ''}"
    if problem.module:
        count = len(problem.meant)
        return f"{problem.module} is a module of {count} exercises; name one of them: {some}"
    if problem.meant:
        return f"{problem.name!r} fits several exercises; which one: {some}?"
    ask = f"did you mean: {some}?" if problem.near else "`kata list` shows all"
    return f"no exercise is called {problem.name!r}; {ask}"


def unusable(problems: Mapping[str, str]) -> Iterator[str]:
    """A line for each exercise of the course that cannot be used.

    Args:
        problems: {exercise: where and what is wrong}.
    """
    for name, problem in problems.items():
        yield f"{name} cannot be used: {problem}"


def hint(
    name: str, hints: tuple[str, ...], shown: int, again: str = "", passed: bool = False
) -> Iterator[str]:
    """The hints up to one, and how many are left.

    Args:
        name: of the exercise.
        hints: all of them.
        shown: how many are to be shown.
        again: what to type for the next one, if not the command.
        passed: whether the solution may be seen without giving up.
    """
    for number, text in enumerate(hints[:shown], start=1):
        yield f"{number}. {text}"
    left = len(hints) - shown
    if left:
        yield f"({left} more: {again or f'kata hint {name}'})"
    else:
        how = "" if passed else " --give-up"
        yield f"(That was the last one. The solution: kata solution {name}{how})"


def solution_locked(name: str) -> str:
    """That the solution is for those who passed."""
    return (
        f"{name} is not passed yet. A hint may do: kata hint {name}. "
        f"To see the solution all the same: kata solution {name} --give-up"
    )


def wrong_ways(
    earns: Mapping[str, float], texts: Mapping[str, str], points: float
) -> Iterator[str]:
    """The mistakes that are known, and what each would have cost where cases count.

    Args:
        earns: {misconception: the share of cases it passes}.
        texts: {misconception: its sentence}.
        points: of the exercise.
    """
    yield "Wrong ways, and what each would have cost if each case counted by itself:"
    for name, share in sorted(earns.items(), key=lambda pair: pair[1]):
        yield f"  -{points * (1 - share):.2g} of {points:g}: {texts[name]}"


def was_reset(where: str, backup: str) -> str:
    """That a file is as it was at first, and where the answer has gone."""
    kept = f" Your answer is kept in {backup}." if backup else ""
    return f"{where} is as it was at first.{kept}"


# What is not passed, and was skipped; and what has changed since it was checked.
_SIGNS_OF_ROWS = SIGNS | {"skipped": "-", "changed": "~"}


def row(name: str, verdict: str, level: int, core: bool, minutes: int) -> str:
    """One line of the list of all exercises."""
    star = "*" if core else " "
    return f"{_SIGNS_OF_ROWS[verdict]} {verdict:<8} {level}{star} {minutes:>2} min  {name}"


def about(minutes: int) -> str:
    """About how long something takes: in minutes, and above an hour in hours."""
    if minutes < 60:
        return f"about {minutes} min"
    hours, quarters = divmod(round(minutes / 15), 4)
    return f"about {hours} h" + (f" {15 * quarters} min" if quarters else "")


def nothing_fits(typed: str) -> str:
    """That no line of the list holds what was typed."""
    return f"  Nothing fits {typed!r}; esc shows all."


def list_head(typed: str) -> str:
    """What is above the list: what it is filtered by."""
    return f"Filter: {typed}" if typed else "All exercises, in order:"


def skipped(name: str) -> str:
    """That an exercise comes last from now on."""
    return f"{name} is skipped: it comes last, and `kata list` still shows it."


def may_be_skipped(count: int, module: str) -> str:
    """That an exercise that is passed stands for its module.

    Args:
        count: how many others of the module are not passed.
        module: its title.
    """
    others = "1 other" if count == 1 else f"{count} others"
    return f"This one stands for {module}. Press s to skip its {others}, or n to go on with them."


def all_skipped(count: int, module: str) -> str:
    """That the rest of a module comes last from now on."""
    others = "1 exercise" if count == 1 else f"{count} exercises"
    return f"{others} of {module} skipped: they come last, and `kata list` still shows them."


def cannot_open(problem: str) -> str:
    """That the editor did not start."""
    return f"The editor did not start: {problem}"


def module_heading(title: str, minutes: int) -> str:
    """What is above the exercises of a module, and about how long they take."""
    return f"{title} ({about(minutes)})"


LEGEND = (
    "(The number is the level, 1 to 5; * is on the path from beginner to practitioner; "
    "the minutes are about what an exercise of this level takes.)"
)


def nothing_to_review(days: float | None) -> str:
    """That no exercise is due."""
    if days is None:
        return "Nothing to review yet: it asks again what was passed some days ago."
    left = max(1, round(days))
    when = "1 day" if left == 1 else f"{left} days"
    return f"Nothing to review today; the next is due in {when}."


def to_review(where: str, line: int, name: str, backup: str, more: int) -> str:
    """Which exercise is asked again."""
    others = f" ({more} more are due.)" if more else ""
    kept = (
        f"Your old answer is kept in {backup}; to have it" if backup else "To have your old answer"
    )
    back = f"{kept} back: kata review --back {name}"
    return f"Write {where} again, line {line}; then: kata check {name}.{others}\n{back}"


KEYS = "n next   h hint   l list   s skip   e edit   r reset   a all   q quit"
HERE = "  <- here"
LIST_KEYS = "up, down   type to filter   enter go on there   esc back"
NO_EDITOR = "No editor is known: set EDITOR to the command that opens yours."
# Beneath a verdict that nothing explains, until more is known.
LOOKING_FOR_TWO = "No single known mistake explains this: looking for two at once ..."
PASSED = "Passed. Press n for the next exercise, or keep improving this one."
PASSED_PLAIN = "Passed."
ONLY_THIS_ONE = "This is the only one that is not passed yet."
NOT_RESET = "Nothing was changed."


def judging(where: str) -> str:
    """That a file is being checked."""
    return f"Checking {where} ..."


def stopped(exercise: str) -> str:
    """That the process that judges has ended with the answer."""
    heading = f"{exercise}  {'crashed':>{WIDTH - columns(exercise) - 2}}"
    return f"{heading}\n  Python itself stopped before the answer was done."


def never_back(exercise: str, seconds: float, line: int) -> str:
    """That an answer could not be stopped, so that the whole run was.

    Args:
        exercise: its id.
        seconds: how long the answer has run.
        line: of its file, where it was; 0 where that is not known.
    """
    heading = f"{exercise}  {'timeout':>{WIDTH - columns(exercise) - 2}}"
    where = f"Line {line} has" if line else "Your answer has"
    return (
        f"{heading}\n  {where} not come back after {seconds:.0f} s, and nothing in Python could "
        "stop it, as where it waits for a thread, a lock or a process: this run of pytest ends "
        "here. What was checked before it is above."
    )


def so_far(passed: int, total: int) -> str:
    """How many exercises are passed."""
    return f"{passed} of {total} passed so far."


def report_is_written(where: str) -> str:
    """That the learner's report is there."""
    return f"{where} is written: open it in a browser. Your code is in it, and nothing is sent."


def is_no_report(where: str) -> str:
    """That a file is in the place of the report."""
    return f"{where} is there already, and is no report; choose another --out"


def really_reset(where: str) -> str:
    """Ask before a file is set back."""
    return f"Set {where} back to what it was at first? Your answer is kept. (y/n)"


def no_backup(name: str) -> str:
    """That no old answer was kept."""
    return f"no old answer of {name} is kept"


def brought_back(where: str) -> str:
    """That an old answer is there again."""
    return f"{where} is as you had written it."


def is_taken(folder: str, workspace: bool) -> str:
    """That a folder holds something already."""
    if workspace:
        return f"{folder} is a workspace already; to bring it up to date: kata update, in it"
    return f"{folder} holds something already; choose a name that is free"


def is_ready(folder: str, where: str, exercises: int, modules: int) -> str:
    """That a workspace is made, and how to begin.

    Args:
        folder: the workspace.
        where: what to type to go there; nothing if one is there.
        exercises: how many it has.
        modules: how many.
    """
    go = f"    cd {where}\n" if where else ""
    count = f"{exercises} exercises in {modules} modules"
    keep = "    git init    # only if you want to keep every version of your answers\n"
    return f"{folder} is ready: {count}. Now type:\n\n{go}{keep}    kata watch\n"


def is_a_course(root: str) -> str:
    """That a course is not brought up to date like a workspace."""
    return f"{root} is a course itself; in a clone, commit your work, then: git pull"


def has_arrived(
    new: Iterable[str], repaired: Iterable[str], beside: Mapping[str, str], gone: Iterable[str]
) -> Iterator[str]:
    """What `kata update` has brought, and what it left alone.

    Args:
        new: files that were not there.
        repaired: files that nobody had written in.
        beside: {file that was left alone: where its new text is}.
        gone: files that the course has no longer.
    """
    if not any((new, repaired, beside, gone)):
        yield "Everything is up to date."
    for said, names in (("New", new), ("Repaired", repaired)):
        if names:
            yield f"{said}: {', '.join(names)}"
    if beside:
        yield "Not changed, since your work is in it; the new version is here:"
    for name, place in beside.items():
        yield f"  exercises/{name}: {place}"
    if gone:
        yield f"No longer in the course; your files stay: {', '.join(gone)}"


def unread(file: str, kept: str) -> str:
    """That a file of the workspace cannot be read, and is kept under another name."""
    return (
        f"{file} is damaged, or of another version of torchkata: it is kept as {kept}, "
        "and a new one is begun. Your answers are untouched."
    )


def unmerged(file: str) -> str:
    """That git has left both versions of a merge in a file of the workspace."""
    return (
        f"{file} holds two versions that git could not merge: delete its lines <<<<<<<, ======= "
        "and >>>>>>>, of two lines of one exercise keep one, and go on"
    )


PLOT_NEEDS = 'pictures need matplotlib: pip install "torchkata[plot]"'


def picture(where: str) -> str:
    """Where the picture of a wrong answer is, or that there is none."""
    nothing = "  No plot: it would add nothing to the text."
    return f"  A picture of it: {where}" if where else nothing
