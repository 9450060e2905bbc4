"""Arguments: drawn on the CPU from a seed and the case's name, then moved to the run's device."""

from __future__ import annotations

import hashlib
import random
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch.utils.data import DataLoader, TensorDataset

from torchkata.course.data import reading
from torchkata.course.grader import Case, Grader, GraderError


@dataclass(frozen=True)
class Drawn:
    """The arguments of one case for one seed, not used yet."""

    case: Case
    seed: int
    device: str
    arguments: tuple[Any, ...]

    @property
    def key(self) -> tuple[str, int]:
        """What its observation is filed under."""
        return self.case.name, self.seed


def draw(grader: Grader, seeds: Iterable[int], device: str = "cpu") -> list[Drawn]:
    """Draw fresh arguments for every case and seed.

    Raises:
        GraderError: a case fails to draw.
    """
    return [
        draw_case(grader, case, seed, device) for seed in seeds for case in grader.cases.values()
    ]


def sizes(grader: Grader, drawn: Iterable[Drawn]) -> dict[tuple[str, int], dict[str, int]]:
    """How large the arguments are, and what a learner would call that: `len(target)`."""
    names = grader.argument_names()
    return {
        one.key: {
            called: size
            for name, argument in zip(names, one.arguments, strict=False)
            for called, size in _sizes_of(name, argument)
        }
        for one in drawn
    }


def seed_everything(seed: int, text: str) -> None:
    """Set the generators of torch, Python and numpy from a seed and a name."""
    number = int.from_bytes(hashlib.sha256(f"{seed} {text}".encode()).digest()[:4], "big")
    seed_torch(number)
    random.seed(number)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(number)


def seed_torch(number: int) -> None:
    """Set the generators of torch, on all devices, as `torch.manual_seed` does.

    Without CUDA, that one keeps a traceback of each call, for when CUDA comes: 0.4 ms.
    """
    torch.default_generator.manual_seed(number)
    if torch.cuda.is_initialized():
        torch.cuda.manual_seed_all(number)
    if torch.backends.mps.is_available():
        torch.mps.manual_seed(number)


def seed_for_observing(drawn: Drawn) -> None:
    """Set the generators for the run of an answer, whatever drawing has used up."""
    seed_everything(drawn.seed, f"{drawn.case.name}, observed")


def draw_case(grader: Grader, case: Case, seed: int, device: str = "cpu") -> Drawn:
    """Draw fresh arguments for one case and seed.

    Raises:
        GraderError: the case fails to draw.
    """
    seed_everything(seed, case.name)
    try:
        with reading(grader.data):
            arguments = case.arguments()
    except Exception as problem:
        where = f"{grader.path}:{case.line}: case {case.name!r}"
        raise GraderError(f"{where} cannot draw its arguments: {problem!r}") from problem
    if device == "mps" and _holds_float64(arguments):
        device = "cpu"
    if device != "cpu":
        _move(arguments, device)
    return Drawn(case, seed, device, arguments)


def _move(value: Any, device: str) -> None:
    """Move in place, so that an optimizer's parameters stay those of its model."""
    if isinstance(value, torch.nn.Module):
        value.to(device)
    elif isinstance(value, torch.Tensor):
        value.data = value.data.to(device)
        if value.grad is not None:
            value.grad = value.grad.to(device)
    elif isinstance(value, TensorDataset):
        value.tensors = tuple(tensor.to(device) for tensor in value.tensors)
    else:
        for inner in parts_of(value):
            _move(inner, device)


def _sizes_of(name: str, argument: Any) -> Iterator[tuple[str, int]]:
    if isinstance(argument, torch.Tensor) and argument.dim():
        yield f"len({name})", len(argument)
        yield from (
            (f"{name}.shape[{dim}]", size) for dim, size in enumerate(argument.shape) if dim
        )
    elif isinstance(argument, (list, tuple, DataLoader)):
        yield f"len({name})", len(argument)
    elif type(argument) is int:
        yield name, argument


def _holds_float64(value: Any) -> bool:
    if isinstance(value, torch.nn.Module):
        return any(_holds_float64(parameter) for parameter in value.parameters())
    if isinstance(value, torch.Tensor):
        return value.dtype in (torch.float64, torch.complex128)
    return any(_holds_float64(inner) for inner in parts_of(value))


def parts_of(value: Any) -> Iterable[Any]:
    """What is in an argument that holds others: a list, a dict, a loader."""
    if isinstance(value, DataLoader):
        return [value.dataset]
    if isinstance(value, TensorDataset):
        return value.tensors
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, (list, tuple)) else ()
