"""The examples in a docstring: whether they are true, and whether each is a case as well."""

from __future__ import annotations

import doctest
import hashlib
import inspect
import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import torch
from torch import nn
from torch.optim import Optimizer

from torchkata.authoring.findings.drawn_values import drawn_by
from torchkata.authoring.findings.kinds import Finding
from torchkata.course.course import Exercise
from torchkata.course.data import reading
from torchkata.running.arguments import parts_of, seed_everything
from torchkata.running.isolation import undisturbed, workplace

# What is seen of an argument: equal for arguments that are alike.
Seen = dict[str, str]


class _Runner(doctest.DocTestRunner):
    """Runs examples, and keeps what goes wrong and which calls are made."""

    def __init__(self) -> None:
        super().__init__(verbose=False)
        self.wrong: list[tuple[int, str]] = []
        self.calls: list[tuple[int, Seen]] = []
        self.line = 0

    def report_start(self, out: Any, test: doctest.DocTest, example: doctest.Example) -> None:
        self.line = (test.lineno or 0) + example.lineno + 1

    def report_failure(
        self, out: Any, test: doctest.DocTest, example: doctest.Example, got: str
    ) -> None:
        said = f"the example prints {got.strip()!r}, not {example.want.strip()!r}"
        self.wrong.append((self.line, said))

    def report_unexpected_exception(
        self, out: Any, test: doctest.DocTest, example: doctest.Example, exc_info: Any
    ) -> None:
        said = f"the example raises {exc_info[0].__name__}: {exc_info[1]}"
        self.wrong.append((self.line, said))

    def spy(self, answer: Callable[..., Any]) -> Callable[..., Any]:
        """The answer, with its calls kept."""
        signature = inspect.signature(answer)

        def called(*arguments: Any, **keywords: Any) -> Any:
            bound = signature.bind(*arguments, **keywords)
            bound.apply_defaults()
            given = {name: seen_of(value) for name, value in bound.arguments.items()}
            self.calls.append((self.line, given))
            return answer(*arguments, **keywords)

        return called


def wrong_examples(exercise: Exercise) -> Iterator[Finding]:
    """Examples that are missing, or print what the reference does not give."""
    runner, path = _run(exercise), str(exercise.solution_path)
    if not runner.tries:
        said = f"{exercise.asked.name} has no example; write one (`>>>`) into its docstring"
        yield Finding("no example", "", path, 1, said)
    for number, (line, said) in enumerate(runner.wrong, 1):
        yield Finding("wrong example", str(number), path, line, f"{said}; correct it")


def no_cases(exercise: Exercise, seeds: Iterable[int]) -> Iterator[Finding]:
    """Calls in examples whose arguments no case draws."""
    cases = [
        {name: seen_of(value) for name, value in row.items()} for row in drawn_by(exercise, seeds)
    ]
    for number, (line, call) in enumerate(_run(exercise).calls, 1):
        if not any(_covers(case, call) for case in cases):
            said = "no case draws the arguments of this example; let one return them"
            path = str(exercise.solution_path)
            yield Finding("example not a case", f"call {number}", path, line, said)


def seen_of(value: Any) -> str:
    """What an argument looks like; models and losses by their kind and shape alone."""
    if isinstance(value, torch.Tensor):
        numbers = "computed" if value.grad_fn is not None else _bytes(value)
        return f"{value.dtype}{list(value.shape)} {numbers}"
    if isinstance(value, nn.Module):
        return f"{value}"
    if isinstance(value, Optimizer):
        return type(value).__name__
    if isinstance(value, (bool, int, float, str)) or value is None:
        return repr(float(value) if type(value) is int else value)
    if isinstance(value, os.PathLike):
        return "a path"
    if inspect.isgenerator(value):
        return "a generator"
    inside = value.items() if isinstance(value, dict) else enumerate(parts_of(value))
    parts = [f"{key}: {seen_of(inner)}" for key, inner in inside]
    return f"{{{', '.join(parts)}}}" if parts else type(value).__name__


def _bytes(tensor: torch.Tensor) -> str:
    """What is equal for equal numbers, whatever holds them; quick for many."""
    flat = tensor.detach().reshape(-1).contiguous().view(torch.uint8)
    return hashlib.sha256(flat.numpy().tobytes()).hexdigest()


def _covers(case: Seen, call: Seen) -> bool:
    shared = case.keys() & call.keys()
    return bool(shared) and all(case[name] == call[name] for name in shared)


def _run(exercise: Exercise) -> _Runner:
    runner = _Runner()
    defined = exercise.load(exercise.solution, str(exercise.solution_path))
    name = exercise.asked.name
    found = doctest.DocTestFinder().find(defined[name], name, False, defined)
    spy = runner.spy(defined[name])
    with workplace(), undisturbed(), reading(exercise.data):
        seed_everything(0, "examples")
        for test in found:
            test.globs[name] = spy
            runner.run(test, out=lambda _: None)
    return runner
