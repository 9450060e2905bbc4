"""What a reference disturbs: seen right after it has run, before anything is put back."""

import contextlib
import os
import random
import sys
import warnings

import torch

from torchkata.running.arguments import draw, parts_of, seed_for_observing
from torchkata.running.forbidden_calls import calls_in
from torchkata.running.isolation import undisturbed, workplace
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


def settings():
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


def seeded(exercise):
    """The lines of a reference that seed a generator of everybody's."""
    return calls_in(exercise.solution, exercise.name, _SEEDING)


def disturbed(exercise):
    """{what: the case in which a reference changed it}; nothing is put back in between."""
    found = {}
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


def changed_data(exercise):
    """{case: (how much data is among its arguments, what of it the reference changed)}.

    Data are tensors, numbers and strings, in lists, tuples, dicts and loaders too.
    """
    with workplace(), undisturbed():
        used, fresh = draw(exercise.grader, [0]), draw(exercise.grader, [0])
        for drawn in used:
            observe(exercise.grader, exercise.reference(), drawn)
    names = exercise.grader.argument_names()
    found = {}
    for drawn, copy in zip(used, fresh, strict=True):
        before, after = _data(names, copy.arguments), _data(names, drawn.arguments)
        changed = {where for where in before | after if not _same(before, after, where)}
        found[drawn.case.name] = len(before), changed
    return found


def _data(names, arguments):
    """{where: a tensor, a number or a string} among a case's arguments."""
    found = {}
    for name, argument in zip(names, arguments, strict=False):
        if name not in _TRAINED_NAMES:
            found |= dict(_below(name, argument))
    return found


def _below(where, value):
    if isinstance(value, (torch.Tensor, str, int, float)):
        yield where, value
    elif not isinstance(value, _TRAINED):
        inside = value.items() if isinstance(value, dict) else enumerate(parts_of(value))
        for key, inner in inside:
            yield from _below(f"{where}[{key}]", inner)


def _same(before, after, where):
    if where not in before or where not in after:
        return False
    left, right = before[where], after[where]
    if isinstance(left, torch.Tensor):
        return torch.equal(left, right)
    return left == right
