"""Whether an argument was changed in place is exact."""

import math

import pytest
import torch

from torchkata import changed_entries


@pytest.mark.parametrize(
    "dtype", [torch.float64, torch.float32, torch.bfloat16, torch.int64, torch.bool]
)
def test_one_entry_of_any_dtype_is_seen(dtype):
    """One that differs counts as 1, and none as 0."""
    before = torch.zeros(2, 3, dtype=dtype)
    now = before.clone()
    assert changed_entries(before, now) == 0
    now[1, 2] = 1
    assert changed_entries(before, now) == 1


def test_no_change_is_too_small():
    """A bound of 1e-12 that is written over zeros is a change."""
    before = torch.tensor([0.0, 0.5, 0.0, 0.5])
    assert changed_entries(before, before.clone().clamp_(min=1e-12)) == 2


def test_what_is_not_finite_is_compared_as_well():
    """It is equal if nothing is done to it, and changed if something is."""
    before = torch.tensor([math.nan, -math.inf, math.inf])
    assert changed_entries(before, before.clone()) == 0
    assert changed_entries(before, before.clone().nan_to_num_()) == 3


@pytest.mark.parametrize(
    ("now", "count"),
    [(torch.zeros(4, 1), 4), (torch.zeros(4).double(), 4), (torch.zeros(0), 1)],
    ids=["shape", "dtype", "emptied"],
)
def test_another_shape_or_dtype_changes_all(now, count):
    """As `unsqueeze_` and `.data =` give."""
    assert changed_entries(torch.zeros(4), now) == count


def test_a_scalar_and_what_needs_a_gradient():
    """A loss has no dimensions, and scores require a gradient."""
    before = torch.tensor(1.5, requires_grad=True)
    assert changed_entries(before, before.clone()) == 0
    assert changed_entries(before, before + 1) == 1


def test_nothing_has_no_changed_entries():
    """An empty batch counts as unchanged."""
    assert changed_entries(torch.zeros(0, 3), torch.zeros(0, 3)) == 0


def test_lists_and_dicts_are_looked_through():
    """What is missing, new, or of another type counts, each entry of it."""
    before = [torch.zeros(3), {"lr": 0.1, "frozen": "head"}, None]
    assert changed_entries(before, (torch.zeros(3), {"lr": 0.1, "frozen": "head"}, None)) == 0
    assert changed_entries(before, [torch.zeros(3), {"lr": 0.2, "momentum": 0.9}, None]) == 3
    assert changed_entries(before, before[1:]) == 3 + 2 + 1
    assert changed_entries(before, [*before, torch.ones(2, 2)]) == 4
    assert changed_entries(None, torch.ones(2, 2)) == 4
    assert changed_entries([], [[]]) == 1
