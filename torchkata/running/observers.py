"""What graders look at, each look once: exact about changes and types, and none repairs an answer.

A grader is one file, and a pack or a sandbox gets its upper half alone, so what several of them
share is here. Looks can be put together: each gives names and values for an observation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import torch

from torchkata.course.changed_entries import CHANGED, changed_entries
from torchkata.course.grader import Answer

Observation = dict[str, Any]


def called(answer: Answer, /, **arguments: Any) -> tuple[Any, Observation]:
    """Call an answer, and see which of its arguments it changed in place.

    Args:
        answer: gets the arguments in the order in which they are given here, without their names.
        arguments: by what the exercise calls them.

    Returns:
        What it returned, and {"entries changed in NAME": how many} of each argument that is a
        tensor, a list, a tuple or a dict, exactly as `changed_entries` counts them.
    """
    kinds = (torch.Tensor, Mapping, list, tuple)
    before = {name: snapshot(v) for name, v in arguments.items() if isinstance(v, kinds)}
    returned = answer(*arguments.values())
    return returned, {
        f"{CHANGED}{name}": changed_entries(value, snapshot(arguments[name]))
        for name, value in before.items()
    }


def value_and_gradient(answer: Answer, name: str, /, **arguments: Any) -> Observation:
    """Call a function of tensors, and push numbers back through what it returns.

    A lone number is pushed back as 1, so that the gradient is its own; several are pushed back with
    unequal numbers, which follow from their count alone.

    Args:
        answer: gets the arguments as `called` gives them, and of the first one a copy that is no
            leaf: what is changed in place is then seen, and is no error.
        name: what is returned.
        arguments: the first is the float tensor that the gradient is for.

    Returns:
        {NAME: what was returned, of whatever type, what `called` says of each argument, and
        "gradient": of the shape of the first argument, None where none arrives there or an argument
        was changed}.
    """
    first = next(iter(arguments))
    start = arguments[first].requires_grad_()
    returned, changes = called(answer, **arguments | {first: start.clone()})
    # Going backward over what was changed raises, in words that fit other mistakes as well, or not,
    # by how it was changed: what counts is the change.
    if has_graph(returned) and not any(changes.values()):
        _push_back(returned)
    return {name: returned, **changes, "gradient": start.grad}


def has_graph(value: Any) -> bool:
    """Whether `backward()` can be called on a value: it is a tensor that requires a gradient."""
    return isinstance(value, torch.Tensor) and value.requires_grad


def parts(returned: Any, *names: str) -> Observation:
    """Take a tuple apart.

    Args:
        returned: what an answer returned.
        names: of the parts that it should have.

    Returns:
        {"returned": "a tuple", or the name of another type, and a value for each name}. A list of
        that many items is taken apart as well; anything else is the first part, and the others are
        None.
    """
    is_tuple = isinstance(returned, tuple)
    fits = isinstance(returned, (tuple, list)) and len(returned) == len(names)
    values = returned if fits else (returned, *[None] * (len(names) - 1))
    kind = "a tuple" if is_tuple else type(returned).__name__
    return {"returned": kind, **dict(zip(names, values, strict=True))}


def sum_along(value: Any, dim: int, shape: Sequence[int]) -> torch.Tensor | None:
    """The sums of a tensor along a dimension; None where it is no tensor of the shape it should be.

    Args:
        value: what an answer returned.
        dim: what is added up over.
        shape: that `value` should have.
    """
    fits = isinstance(value, torch.Tensor) and value.shape == torch.Size(shape)
    return value.sum(dim) if fits else None


def snapshot(value: Any) -> Any:
    """Copy tensors, so that later steps cannot reach what was seen.

    Args:
        value: a module, of which {name: parameter} is copied; a tensor; or a dict, list, tuple or
            iterator of tensors. What is no tensor, None for one, is not copied.

    Returns:
        The copy, without its graph: a dict, a list or a tensor.
    """
    if isinstance(value, torch.nn.Module):
        value = dict(value.named_parameters())
    if isinstance(value, torch.Tensor):
        return value.detach().clone()
    if isinstance(value, Mapping):
        return {key: snapshot(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple, Iterator)):
        return [snapshot(inner) for inner in value]
    return value


def unchanged(before: Any, now: Any) -> Any:
    """Whether each of some tensors is bit for bit what it was, and None where it was None.

    Args:
        before: their `snapshot`.
        now: what it was of: a module, a tensor, a dict or a list, with the same names.

    Returns:
        True or False, in a dict or list like that of `before`.
    """
    return _unchanged(before, snapshot(now))


def _unchanged(before: Any, now: Any) -> Any:
    if isinstance(before, dict):
        return {name: _unchanged(value, now[name]) for name, value in before.items()}
    if isinstance(before, list):
        return [_unchanged(old, new) for old, new in zip(before, now, strict=True)]
    return changed_entries(before, now) == 0


def training_steps(
    optimizer: torch.optim.Optimizer,
    loss: Callable[[], torch.Tensor],
    params: Any,
    steps: Iterable[int] = (1, 2, 3),
) -> Observation:
    """Train for a few steps: clear the gradients, go backward from the loss, take the step.

    Args:
        optimizer: takes the steps.
        loss: computes the loss of a step, shape ().
        params: a module, or a list of parameters.
        steps: what the steps are called.

    Returns:
        {"params after step 1": their `snapshot`, ...}.
    """
    seen = {}
    for step in steps:
        optimizer.zero_grad()
        loss().backward()
        optimizer.step()
        seen[f"params after step {step}"] = snapshot(params)
    return seen


def held_by(
    groups: Sequence[Mapping[str, Any]], params: Mapping[str, torch.nn.Parameter]
) -> Observation:
    """Count how often an optimizer holds each parameter.

    Args:
        groups: `optimizer.param_groups`.
        params: {name: parameter}, those that it should hold.

    Returns:
        {"times in the optimizer": {name: how often}, "tensors in the optimizer": how many in all}.
    """
    held = [id(param) for group in groups for param in group["params"]]
    return {
        "times in the optimizer": {name: held.count(id(param)) for name, param in params.items()},
        "tensors in the optimizer": len(held),
    }


def after_training(model: torch.nn.Module, loss: Any, when: str) -> Observation:
    """What there is to see after some training.

    Args:
        model: that was trained.
        loss: what was returned of it.
        when: "step 1", "epoch 2": it becomes a part of all names.

    Returns:
        {"loss of WHEN", "loss of WHEN has a graph": True or False, "model after WHEN": a copy of
        its state_dict, "in training mode after WHEN": True or False}.
    """
    return {
        f"loss of {when}": loss,
        f"loss of {when} has a graph": has_graph(loss),
        f"model after {when}": snapshot(model.state_dict()),
        f"in training mode after {when}": model.training,
    }


def _push_back(value: torch.Tensor) -> None:
    """Push a number back for each entry of a value.

    As the gradient of a sum with weights, where that is the same: the first call of backward that
    is given numbers imports sympy, which takes longer than the rest of a cold run.
    """
    if value.is_complex() or value.layout is not torch.strided:
        value.backward(_unequal(value))
    elif value.dim() == 0:
        value.backward()
    else:
        (value * _unequal(value)).sum().backward()


def _unequal(value: torch.Tensor) -> torch.Tensor:
    """A number for each entry, none near 0 and no two alike; 1 for a lone number."""
    if value.numel() == 1:
        return torch.ones_like(value)
    generator = torch.Generator().manual_seed(value.numel())
    drawn = torch.randn(value.shape, generator=generator, dtype=torch.float64)
    return (drawn + drawn.sign() / 2).to(value)
