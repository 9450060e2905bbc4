"""What is said about an answer.

One sentence for each thing that can be wrong, for a beginner: what was done, expected, got, and
what to do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

import torch

from torchkata.course.changed_entries import CHANGED
from torchkata.course.foreign_text import plain
from torchkata.course.grader import Grader
from torchkata.judging.comparison import Difference
from torchkata.judging.judge import Failure, Result, most_telling
from torchkata.judging.observation import Foreign, Origin, Plain, Raised
from torchkata.judging.relations import Relation
from torchkata.notebooks.script import CellLine
from torchkata.text.likely_meant import meant, of_line
from torchkata.text.values import counted, describe, is_nan
from torchkata.text.wrapping import WIDTH, columns

# What torch says in its own terms, said again for a beginner.
_MEANINGS = {
    "does not require grad and does not have a grad_fn": (
        "The result is cut off from what it was made of, so there is no gradient: that is what "
        ".item(), .detach(), torch.no_grad() and torch.tensor(...) do. Or nothing of what it was "
        "made of needs one: the model was not called, for one."
    ),
    "modified by an inplace operation": (
        "A tensor that `backward()` still needs was changed in place, as `+=`, `x[...] = ...` and "
        "methods that end in _ do. Make a new tensor instead."
    ),
    "leaf Variable that requires grad is being used in an in-place operation": (
        "A tensor that needs a gradient was changed in place. An optimizer may do that to its "
        "parameters, under torch.no_grad(); otherwise make a new tensor."
    ),
    "backward through the graph a second time": (
        "Gradients have gone back through these numbers before. Either `backward()` was called "
        "already, which is for the caller to do, or something was kept from an earlier call."
    ),
    "'float' object has no attribute": (
        "A plain Python number was given where a tensor was needed: `.item()`, `float()` and "
        "`math` make a number of a tensor."
    ),
    "reading from stdin while output is captured": (
        "`input()` asks for something, and nobody is there to give it: what your function needs "
        "comes in its arguments."
    ),
    "Set TORCHDYNAMO_VERBOSE=1": (
        "`torch.compile` failed, which starts a compiler. A graded run starts no program: hand the "
        "function in without it."
    ),
    "grad can be implicitly created only for scalar outputs": (
        "A gradient can be taken of one number only, and the result holds another count of them."
    ),
    "Can't call numpy() on Tensor that requires grad": (
        "numpy knows no gradients, and after `.detach()` none flows back: compute with torch's own "
        "functions."
    ),
    "torch.return_types.": (
        "With a `dim`, functions such as `max` give two results at once, values and indices: take "
        "the one that you need, as with `.values`."
    ),
    "only one element tensors can be converted to Python scalars": (
        "`float()` and the functions of `math` take one number: torch has its own for tensors, "
        "such as `torch.exp`."
    ),
    "elements cannot be converted to Scalar": (
        "`.item()` gives the only number of a tensor, and here are several: leave it out."
    ),
    "'method'": ("A method is used here as if it were its result: are its parentheses missing?"),
    "'function' object": (
        "A function is used here as if it were its result: are its parentheses missing?"
    ),
    "'builtin_function_or_method'": (
        "A function or method is used here as if it were its result: are its parentheses missing?"
    ),
    "is not a Module subclass": (
        "Layers are needed here, each made with its parentheses, as by `nn.ReLU()`; "
        "`nn.Sequential` takes them one after the other, without a list."
    ),
    "before Module.__init__() call": (
        "The `__init__` of a module begins with `super().__init__()`."
    ),
    "optimizer can only optimize Tensors": (
        "An optimizer takes the parameters themselves: `model.parameters()` as it is, or a list of "
        "tensors."
    ),
    "Weights only load failed": (
        "With `weights_only=True`, a file may hold nothing but tensors, numbers, strings, and "
        "dicts, lists and tuples of them: look at what was saved."
    ),
}

# What nobody answers while an answer is checked: {exception: what is said of its line}.
_WAITS = {
    "EOFError": "Line {line} asks for input, and nobody is there to give it: what your function "
    "needs comes in its arguments.",
    "BdbQuit": "`breakpoint()` stops before line {line}, and nobody is there to look: `pytest` "
    "with the path of your file stops there, too, and lets you.",
}

# A loss function that is made of tensors: they were meant for the call that comes after.
_LOSS = re.compile(r"\b([A-Z]\w*Loss)\((?=[a-z_]\w*(?:, *[a-z_]\w*)*\))")
_ONLY_MADE = (
    "`{name}(...)` only makes a loss function, and takes settings as True or False: what it is to "
    "be computed from goes into a second call, `{name}()(...)`."
)

# What Python says of a call with too many arguments, or too few.
_OTHER_COUNT = re.compile(
    r".*\(\) (takes .* arguments? but .* (was|were) given|missing \d+ required .*)"
)

# A class whose name is a function's.
_LOWER_CLASS = re.compile(r"([a-z_][a-z0-9_]*)\.__init__\(\) takes ")

# Why an answer may not come to its end, other than by a loop.
_COMPILED = "`torch.compile` starts a compiler, which takes longer than that: leave it out."

# Where Python does not say in which line: a NUL byte, for one.
_NOT_TEXT = (
    "The file is not Python yet: {}. An editor may have saved it as UTF-16, or as something else "
    "than text: save it as UTF-8, or copy what you wrote into a new file."
)

# Of a program to be fixed, at the first try.
_NOT_YET = "Look for the bug once more: after your next change, a known mistake is named."
_NOTHING_TOLD: Mapping[str, int] = MappingProxyType({})

_LONGEST_LINE = 1000
_LONGEST_QUOTE = 300
_SHOWN_DIFFERENCES = 3
_ONLY_CALLS = re.compile(r"(\w+ = )?answer\([^()]*(\(\))?\)")
_SHOWN_FACTS = 2
_SHOWN_NAMES = 3
_SHOWN_PRINTS = 3


def render(
    result: Result,
    grader: Grader,
    read: str = "",
    verbose: bool = False,
    told: Mapping[str, int] | None = None,
    quiet: bool = False,
) -> str:
    """The block that explains one result, in lines of any length (wrapping.fitted breaks them).

    Args:
        result: what to explain.
        grader: its grader, for the texts.
        read: where to read more.
        verbose: show every case and everything that was printed.
        told: {misconception: how often it was told before}: its next sentence is told, too.
        quiet: tell what is seen, and no mistake that explains it.
    """
    lines = [heading(result)]
    shown = _without_causes(result) if quiet else result
    lines += _body(shown, grader, verbose, told or {})
    if quiet and result.misconception is not None:
        lines.append(f"  {_NOT_YET}")
    if read and result.failures and result.verdict in ("wrong", "error"):
        lines.append(f"  Read: {read}")
    return _joined(lines)


def feedback(result: Result, grader: Grader, level: str, read: str = "") -> str:
    """What a learner is told of a graded result.

    Args:
        result: what to explain.
        grader: its grader, for the texts.
        level: `full`; `named`, which shows no number that was expected; or `points`.
        read: where to read more.
    """
    if level == "full":
        return render(result, grader, read)
    lines = [heading(result)]
    if level == "named":
        if result.trouble is not None:
            lines += (f"  {line}" for line in _trouble(result.trouble, result.exercise, grader))
        lines += [*_diagnosis(result, grader), *_remark(result, grader)]
        wrong = dict.fromkeys(failure.case for failure in result.failures)
        lines += [f"  Not right: {', '.join(wrong)}."] if wrong else []
    return _joined(lines)


def heading(result: Result) -> str:
    """The exercise and its verdict, on one line."""
    total = len(result.cases)
    verdict = result.verdict
    if verdict in ("wrong", "error") and result.trouble is None:
        verdict = f"{verdict}, {result.right} of {counted(total, 'case')} right"
    return f"{result.exercise}  {verdict:>{max(0, WIDTH - columns(result.exercise) - 2)}}"


def of_case(
    result: Result,
    grader: Grader,
    case: str,
    told: Mapping[str, int] | None = None,
    quiet: bool = False,
) -> str:
    """One case by itself, for JUnit and for an editor's panel, which show one at a time.

    Args:
        result: of the exercise.
        grader: its grader, for the texts.
        case: which.
        told, quiet: as in `render`.
    """
    failures = [failure for failure in result.failures if failure.case == case]
    alone = replace(result, failures=failures, forbidden=[], note="", remark="")
    shown = _without_causes(alone) if quiet else alone
    lines = [line.removeprefix("  ") for line in _body(shown, grader, True, told or {})]
    return _joined(lines)


def fact(relation: Relation) -> str:
    """One relation, as the fact it is."""
    name, number = f"`{relation.name}`", relation.number
    facts = {
        "constant": f"{name} is the same in every case, whatever the arguments.",
        "dtype": f"{name} has the right values in every case, in another dtype.",
        "transposed": f"{name} has the right values in every case, with its last two dimensions "
        "exchanged.",
        "sign": f"{name} has the opposite sign in every case.",
        "factor": f"{name} is {_times(number)} in every case.",
        "size": f"{name} is {_times(number)}, and {max(number, 1 / (number or 1)):g} is "
        f"`{relation.size}`; so it is in every case.",
        "offset": f"{name} is too {'large' if number > 0 else 'small'} by {abs(number):.4g} in "
        "every case.",
        "late": f"{name} comes one step late in every case: each entry is that of the step before.",
        "early": f"{name} comes one step early in every case: each entry is that of the next step.",
        "absent": f"{name} is None in every case, {_why_none(relation.name)}.",
        "alone": f"Right in every case: {_enumerated(relation.right)}. {_alone(relation.name)}",
        "from": f"Right in every case: {_enumerated(relation.right)}. {_first(relation.name)}",
        "later": "Right the first time in every case, and not when it is called again with other "
        "numbers: as where something is kept from one call to the next (a global variable, a "
        "default argument, something on the class).",
    }
    return facts[relation.kind]


def _why_none(name: str) -> str:
    if "grad" in name:
        return "as where no gradient flows back to it (`.detach()`, `.item()`, a new tensor)"
    return "as where a `return` is missing"


def _alone(name: str) -> str:
    """What is said of the only value that is wrong."""
    return _changed(name) or f"Only `{name}` is not."


def _first(name: str) -> str:
    """What is said of the first value that is wrong; where one was changed, no gradient follows."""
    return _changed(name) or f"The first that is not: `{name}`."


def _changed(name: str) -> str:
    """That an argument is changed in place, if that is what the value tells; else empty."""
    changed = re.fullmatch(rf"{CHANGED}(.*)|(.*) changed by", name)
    if not changed:
        return ""
    return (
        f"But `{changed[1] or changed[2]}` is changed in place, as by `-=`, `x[...] =` or a "
        "method whose name ends in `_` (of a list, `sort` or `append`). Make a new one."
    )


def _enumerated(names: tuple[str, ...]) -> str:
    if len(names) <= _SHOWN_NAMES + 1:
        return ", ".join(names)
    return f"{', '.join(names[:_SHOWN_NAMES])} and {len(names) - _SHOWN_NAMES} more"


def _times(factor: float) -> str:
    if factor > 1:
        return f"{factor:.4g} times too large"
    if 0 < factor < 1:
        return f"{1 / factor:.4g} times too small"
    return f"{factor:.4g} times what it should be"


def _without_causes(result: Result) -> Result:
    return replace(result, misconception=None, second=None, facts=[])


def symptoms(result: Result, grader: Grader) -> Iterator[str]:
    """What an untouched program to be fixed shows, and should not."""
    for failure in most_telling(result.failures)[:1]:
        yield from _failure(failure, grader, verbose=False)


def _body(
    result: Result, grader: Grader, verbose: bool, told: Mapping[str, int] = _NOTHING_TOLD
) -> Iterator[str]:
    if result.trouble is not None:
        yield from (f"  {line}" for line in _trouble(result.trouble, result.exercise, grader))
        yield from symptoms(result, grader)
        return
    yield from _diagnosis(result, grader, told)
    yield from _nothing_back(result)
    facts = [one for one in result.facts if one.kind != "absent" or not result.without_return]
    yield from (f"  {fact(relation)}" for relation in facts[:_SHOWN_FACTS])
    # Of several seeds, one on which a case is wrong tells all that a learner needs.
    failures = most_telling(result.failures)
    by_case = {failure.case: failure for failure in reversed(failures)}
    wrong = list(dict.fromkeys(failure.case for failure in failures))
    for case in wrong if verbose else wrong[:1]:
        yield from _failure(by_case[case], grader, verbose)
    if wrong[1:] and not verbose:
        yield f"  Also wrong: {', '.join(wrong[1:])}."
    for line, name in result.forbidden:
        yield f"  Line {line} uses {name}. This exercise asks you to do without it: try again."
    yield from _remark(result, grader)
    if result.note:
        yield f"  On {result.note} the numbers are a little off; on the CPU they are right."


def _diagnosis(
    result: Result, grader: Grader, before: Mapping[str, int] = _NOTHING_TOLD
) -> Iterator[str]:
    if result.misconception is None:
        return
    raises = any(isinstance(f.differences[0].got, Raised) for f in result.failures)
    does = "fails in the same way as" if raises else "gives the same numbers as"
    # Where some cases are right, it fails in the others only.
    does = "does the same as" if raises and result.right else does
    where = f"in all {len(result.cases)} cases" if len(result.cases) > 1 else "here"
    if result.right:
        where += ", the right ones too"
    told = [name for name in (result.misconception, result.second) if name]
    if result.second is None:
        yield f"  Your answer {does} this mistake {where}:"
    else:
        yield f"  Two mistakes together explain it. Your answer {does} both at once {where}:"
    for number, name in enumerate(told, start=1):
        which = f"{number}. " if len(told) > 1 else ""
        yield f"    {which}{grader.misconceptions[name].text}"
        more = grader.misconceptions[name].more[: before.get(name, 0)]
        yield from (f"    {' ' * len(which)}{sentence}" for sentence in more[-1:])


def _nothing_back(result: Result) -> Iterator[str]:
    """That None came back, where that is all that is known to be wrong."""
    if result.misconception is not None:
        return
    if result.without_return:
        name = result.without_return
        yield f"  `{name}` has no `return`, and Python then gives back None: return what it makes."
    # In the answer's own lines, None may come from anywhere.
    elif any(_of_none(one) for failure in result.failures for one in failure.differences[:1]):
        yield "  None is what a function gives back where it comes to no `return`."


def _of_none(first: Difference) -> bool:
    """Whether None came back: the grader's own line fails on it, or it is the first to be seen."""
    got = first.got
    if isinstance(got, Raised):
        return got.line is None and "'NoneType' object" in got.message
    return got is None and first.expected is not None and "grad" not in first.name


def _remark(result: Result, grader: Grader) -> Iterator[str]:
    if result.remark:
        yield "  Right in every case. One remark on how it is written:"
        yield f"    {grader.remarks[result.remark].text}"


def _failure(failure: Failure, grader: Grader, verbose: bool) -> Iterator[str]:
    yield f"  {failure.case}: {grader.cases[failure.case].text}"
    apart = _looked_at(failure.differences)
    limit = len(apart) if verbose else _SHOWN_DIFFERENCES
    yield from (f"    {line}" for line in _differences(apart[:limit]))
    hidden = len(apart) - limit
    if hidden > 0:
        yield f"    and {counted(hidden, 'more value')} that differ{'s' if hidden == 1 else ''}"
    yield from (f"    {line}" for line in _first_non_finite(failure))
    printed = failure.printed.splitlines()
    shown = printed if verbose else printed[:_SHOWN_PRINTS]
    yield from (f"    printed: {line}" for line in shown)
    if len(printed) > len(shown):
        yield f"    printed: ... {counted(len(printed) - len(shown), 'more line')} (pytest -v)"


def _first_non_finite(failure: Failure) -> Iterator[str]:
    """Which line made the first nan, or the first inf, where finite numbers are expected."""
    apart = [one for one in failure.differences if one.kind == "finite"]
    kinds = {"inf"} | ({"nan"} if any(map(is_nan, apart)) else set())
    told: dict[int, Origin] = {}
    for origin in failure.origins if apart else ():
        # Of an inf and a nan that one line makes, the nan; but the way back comes after the first.
        if origin.kind in kinds and not (origin.backward and origin.line in told):
            told[origin.line] = origin
    yield from map(_came_from, told.values())


def _came_from(origin: Origin) -> str:
    way = "on the way back through" if origin.backward else "from"
    return f"The first {origin.kind} came {way} line {origin.line:d}: `{_cut(origin.code)}`"


def _looked_at(apart: list[Difference]) -> list[Difference]:
    """Without a gradient that was not looked for, since an argument had changed in place."""
    changed = any(difference.name.startswith(CHANGED) for difference in apart)
    return [one for one in apart if not (changed and one.name == "gradient" and one.got is None)]


def _differences(apart: list[Difference]) -> Iterator[str]:
    told = set[str]()
    for difference in apart:
        if isinstance(difference.got, Raised):
            yield from _exception(difference.got)
        elif isinstance(difference.expected, Raised):
            yield f"expected {difference.expected.type} to be raised, got no exception"
        else:
            yield describe(difference)
            more = [one for one in _not_called(difference) if one not in told]
            told.update(more)
            yield from more


def _exception(got: Raised) -> Iterator[str]:
    said = f"{got.type}: {_cut(got.message)}" if got.message else got.type
    if got.type == "Todo":
        yield f"Line {got.line} is still to be written: {got.code}"
        yield "If nothing is missing any more, take that line out."
    elif got.type == "SystemExit":
        yield f"Line {got.line} ends Python ({got.code}): take it out."
    elif got.type == "NotHandedIn":
        yield from _trouble(got, "")
    elif got.type in _WAITS and got.line is not None:
        yield _WAITS[got.type].format(line=got.line)
        yield f"  {got.line} | {got.code}"
    elif got.line is not None:
        yield f"Line {got.line} raised {said}"
        yield f"  {got.line:d} | {got.code}"
        if "Boolean value of Tensor" in got.message and (found := _LOSS.search(got.code)):
            yield _ONLY_MADE.format(name=found[1])
    elif got.code:
        yield _called(got) or _raised_later(got, said)
    else:
        yield f"It raised {said}"
    yield from (meaning for part, meaning in _MEANINGS.items() if part in got.message)
    yield from meant(got)


def _not_called(difference: Difference) -> Iterator[str]:
    """That what came back is not yet what it computes: a method, a layer, a class, a list."""
    got = difference.got
    if _is_uncalled(got):
        yield "That is the function or method itself, not its result: call it, with parentheses."
    if not isinstance(difference.expected, torch.Tensor):
        return
    if isinstance(got, list) and got and all(isinstance(one, torch.Tensor) for one in got):
        yield "`torch.stack(...)` makes one tensor of a list of tensors of the same shape."
    if not isinstance(got, Foreign):
        return
    if found := re.fullmatch(r"a torch\.nn\.modules\.\w+\.(\w+)", got.kind):
        name = found[1]
        yield f"`{name}(...)` only makes it; a second call computes: `{name}(...)(...)`."
    elif got.kind == "a type":
        yield "That is the class itself: make one of it first, then call that one."


def _raised_later(got: Raised, said: str) -> str:
    """What the observer's line raised; where all it does is to call, nothing may have returned."""
    if _ONLY_CALLS.fullmatch(got.code):
        return f"It raised {said}"
    return f"After your answer returned, `{_cut(got.code)}` raised {said}"


def _is_uncalled(got: Plain) -> bool:
    uncalled = ("a builtin_function_or_method", "a method", "a function")
    return isinstance(got, Foreign) and got.kind in uncalled


def _called(got: Raised) -> str:
    """That an answer takes other arguments than it was called with; empty if it was entered."""
    if got.type != "TypeError":
        return ""
    if found := re.fullmatch(r".*\(\) got an unexpected keyword argument '(\w+)'", got.message):
        code, name = _cut(got.code), found[1]
        return f"It was called as `{code}`, and what you define does not take `{name}`."
    if "answer(" in got.code and (found := _LOWER_CLASS.match(got.message)):
        return (
            f"`{found[1]}` is a class here, and calling it only makes one: where a function is "
            f"asked for, write `def {found[1]}(...)`."
        )
    if "answer(" in got.code and _OTHER_COUNT.fullmatch(got.message):
        return f"What you define takes other arguments than it is given: {_cut(got.message)}."
    return ""


def _cut(text: str, longest: int = _LONGEST_QUOTE) -> str:
    return text if len(text) <= longest else f"{text[:longest]} ..."


def _trouble(trouble: Raised, exercise: str, grader: Grader | None = None) -> Iterator[str]:
    line = trouble.line
    match trouble.type:
        case "Todo":
            yield _not_begun(line, exercise, bool(grader and grader.start))
        case "SyntaxError" if line is None:
            yield _NOT_TEXT.format(trouble.message)
        case "SyntaxError":
            yield f"Line {line} is not Python yet: {trouble.message}"
            yield f"  {line or 1:d} | {trouble.code}"
            yield from of_line(trouble.code.strip())
        case "FileMissing" | "NameMissing" | "NameImported" | "InNoCell" | "NotCode":
            yield _missing(trouble, exercise)
        case "NotHandedIn":
            this = "cell" if isinstance(line, CellLine) else "file"
            known = ", ".join(["torch", "numpy", *(grader.packages if grader else ())])
            yield (
                f"Line {line} imports `{trouble.message}`, which cannot be imported here: only "
                f"{known} and Python's own modules can. If it is a module of yours, copy what "
                f"you need of it into this {this}."
            )
        case "TimeLimit":
            yield _unfinished(trouble, f" after {grader.timeout:g} s" if grader else "")
            if line is not None:
                yield f"  {line:d} | {trouble.code}"
        case "Rejected":
            yield f"The file was not read: it is {trouble.message}."
        case "Crashed" if trouble.message and not trouble.message.startswith("SIG"):
            yield f"It was stopped: {trouble.message}."
        case "Crashed":
            signal = f" ({trouble.message})" if trouble.message else ""
            yield f"Python itself stopped{signal} before the answer was done."
        case "SystemExit":
            loaded = "it is run" if isinstance(line, CellLine) else "the file is loaded"
            yield f"Line {line} ends Python while {loaded} ({trouble.code}): take it out."
        case _:
            what = "Running its cells" if isinstance(line, CellLine) else "Loading the file"
            yield f"{what} failed."
            yield from _exception(trouble)


def _unfinished(trouble: Raised, seconds: str) -> str:
    if "torch.compile" in trouble.code:
        return f"Not finished{seconds}. {_COMPILED}"
    return f"Not finished{seconds}. Does a loop never end?"


def _not_begun(line: int | None, exercise: str, bug: bool) -> str:
    """That an answer is what the learner was given, and where to write it."""
    place = line.cell if isinstance(line, CellLine) else f"exercises/{exercise}.py"
    if bug:
        return f"Unchanged, so nothing is fixed yet. What to change is in {place}."
    return f"Not begun. Write it in {place}."


def _missing(trouble: Raised, exercise: str) -> str:
    """That there is no answer, and what there is instead."""
    name, other = exercise.rpartition("/")[2], trouble.message
    match trouble.type:
        case "FileMissing":
            return f"There is no file {exercise}.py."
        case "NotCode":
            return f"`{name}` is in {other}: turn it into a code cell."
        case "InNoCell" if other:
            return f"A cell defines `{other}`, but no code cell `{name}`: rename it to `{name}`."
        case "InNoCell":
            return f"No code cell defines `{name}`."
        case "NameImported" if isinstance(trouble.line, CellLine):
            return f"Line {trouble.line} imports `{other}`, and no cell defines it: write it."
        case "NameImported":
            return f"The file imports `{other}`, and does not define it: write it here."
    if other:
        return f"The file defines `{other}`, but no `{name}`: rename it to `{name}`."
    return f"The file does not define `{name}`."


def _joined(lines: list[str]) -> str:
    # An answer may have sent two million letters: most of them are cut off before they are read.
    return "\n".join(_cut(plain(line[: _LONGEST_LINE + 1]), _LONGEST_LINE) for line in lines)
