"""What a reference disturbs: seen right after it has run, before anything is put back."""

from __future__ import annotations

import contextlib
import os
import random
import re
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import torch

from torchkata.authoring.findings.kinds import Finding
from torchkata.course.changed_entries import changed_entries
from torchkata.course.course import Exercise
from torchkata.running.arguments import draw, parts_of, seed_for_observing
from torchkata.running.forbidden_calls import calls_in
from torchkata.running.isolation import undisturbed, workplace
from torchkata.running.known_answers import reference_observations
from torchkata.running.runner import observe

# What training changes, whatever the answer: they are what it is given to be changed.
_TRAINED = (torch.nn.Module, torch.optim.Optimizer)
_TRAINED_NAMES = ("params",)

# Generators that others draw from. (A `torch.Generator` of one's own is nobody else's.)
_SEEDING = (
    "torch.manual_seed", "torch.seed", "torch.random.manual_seed", "torch.random.seed",
    "torch.set_rng_state", "torch.cuda.manual_seed", "torch.cuda.manual_seed_all",
    "random.seed", "random.setstate", "numpy.random.seed", "numpy.random.set_state",
)  # fmt: skip


def of_reference(exercise: Exercise) -> Iterator[Finding]:
    """What the reference does that no answer should do."""
    path, cases = str(exercise.solution_path), exercise.grader.cases
    for what, case in disturbed(exercise).items():
        said = f"the reference changes a setting of everybody's, {what}, in case {case}; put it "
        yield Finding("setting changed", what, path, 1, f"{said}back, or do without")
    for case, (_, changed) in changed_data(exercise).items():
        for where in sorted(changed):
            said = f"the reference changes {where} in case {case}; let it work on a copy"
            yield Finding("argument changed", where, path, 1, said)
    for (case, _), seen in reference_observations(exercise, (0,)).items():
        if not re.search(r"\b(nan|inf)\b", cases[case].text) and not all(_finite(seen)):
            said = f"case {case!r} shows nan or inf; say in its sentence that it does, or change it"
            yield Finding("not finite", case, str(exercise.grader_path), cases[case].line, said)


def settings() -> dict[str, Any]:
    """{what: how it is} of all that an answer could set for others."""
    return {
        "default dtype": torch.get_default_dtype(),
        "default device": torch.get_default_device(),
        "threads": torch.get_num_threads(),
        "grad mode": torch.is_grad_enabled(),
        "inference mode": torch.is_inference_mode_enabled(),
        "anomaly mode": torch.is_anomaly_enabled(),
        "precision of products": torch.get_float32_matmul_precision(),
        "Python's generator": random.getstate(),
        "recursion limit": sys.getrecursionlimit(),
        "path": list(sys.path),
        "warnings": list(warnings.filters),
        "environment": dict(os.environ),
        "folder": os.getcwd(),
    }


def seeded(exercise: Exercise) -> list[tuple[int, str]]:
    """The lines of a reference that seed a generator of everybody's, and with what."""
    return list(calls_in(exercise.solution, exercise.name, _SEEDING))


def by_seeding(exercise: Exercise) -> Iterator[Finding]:
    """What draws from a generator of everybody's draws other numbers then, wherever it is."""
    for line, call in seeded(exercise):
        said = f"the reference seeds everybody's generator with {call}; do without"
        yield Finding("generator seeded", call, str(exercise.solution_path), line, said)


def disturbed(exercise: Exercise) -> dict[str, str]:
    """{what: the case in which a reference changed it}; nothing is put back in between."""
    found: dict[str, str] = {}
    with workplace(), undisturbed():
        for drawn in draw(exercise.grader, [0]):
            seed_for_observing(drawn)
            before = settings()
            # Not `observe`, which seeds. Whether an exception is meant is another contract's.
            with contextlib.suppress(Exception):
                exercise.grader.look(exercise.reference(), *drawn.arguments)
            after = settings()
            changed = {what for what, value in before.items() if after[what] != value}
            found |= dict.fromkeys(changed, drawn.case.name)
    return found


def changed_data(exercise: Exercise) -> dict[str, tuple[int, set[str]]]:
    """{case: (how much data is among its arguments, what of it the reference changed)}.

    Data are tensors, numbers and strings, in lists, tuples, dicts and loaders too.
    """
    with workplace(), undisturbed():
        used, fresh = draw(exercise.grader, [0]), draw(exercise.grader, [0])
        for drawn in used:
            observe(exercise.grader, exercise.reference(), drawn)
    names = exercise.grader.argument_names()
    found: dict[str, tuple[int, set[str]]] = {}
    for drawn, copy in zip(used, fresh, strict=True):
        before, after = _data(names, copy.arguments), _data(names, drawn.arguments)
        changed = {where for where in before | after if not _same(before, after, where)}
        found[drawn.case.name] = len(before), changed
    return found


def _data(names: list[str], arguments: tuple[Any, ...]) -> dict[str, Any]:
    """{where: a tensor, a number or a string} among a case's arguments."""
    found: dict[str, Any] = {}
    for name, argument in zip(names, arguments, strict=False):
        if name not in _TRAINED_NAMES:
            found |= dict(_below(name, argument))
    return found


def _below(where: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, (torch.Tensor, str, int, float)):
        yield where, value
    elif not isinstance(value, _TRAINED):
        inside = value.items() if isinstance(value, dict) else enumerate(parts_of(value))
        for key, inner in inside:
            yield from _below(f"{where}[{key}]", inner)


def _same(before: dict[str, Any], after: dict[str, Any], where: str) -> bool:
    if where not in before or where not in after:
        return False
    return changed_entries(before[where], after[where]) == 0


def _finite(seen: Any) -> Iterator[bool]:
    if isinstance(seen, torch.Tensor):
        yield bool(seen.isfinite().all())
    elif isinstance(seen, (dict, list, tuple)):
        for inner in seen.values() if isinstance(seen, dict) else seen:
            yield from _finite(inner)
