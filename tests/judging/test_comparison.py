"""The one comparison, rule by rule: what agrees, and of several disagreements which is told."""

import collections
import math

import pytest
import torch

from torchkata.judging.comparison import agree, differences, relative
from torchkata.judging.observation import Elsewhere, Foreign, Raised, plain

Pair = collections.namedtuple("Pair", "values indices")


class Subclass(torch.Tensor):
    """Another class than Tensor."""


def test_views_are_compared_by_value():
    """Negated and conjugated views are the numbers that they show."""
    z = torch.randn(3, dtype=torch.complex64)
    assert differences(plain(z.conj()), plain(torch.conj_physical(z))) == []
    assert differences(plain(z.conj().imag), plain(-z.imag)) == []


def test_a_parameter_counts_as_a_tensor():
    """On either side."""
    parameter, tensor = plain(torch.nn.Parameter(torch.ones(2))), plain(torch.ones(2))
    assert differences(parameter, tensor) == differences(tensor, parameter) == []


def test_a_namedtuple_counts_as_a_tuple():
    """Be it torch's own, such as what `max` returns, or the learner's; a torch.Size does too."""
    largest = (torch.tensor(3), torch.tensor(0))
    for seen in (torch.tensor([3]).max(0), Pair(*largest)):
        assert differences(plain(largest), plain(seen)) == []
    assert differences(plain((2, 3)), plain(torch.zeros(2, 3).shape)) == []


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (torch.zeros(2).as_subclass(Subclass), "a test_comparison.Subclass, which is another"),
        (torch.nn.Buffer(torch.zeros(2)).as_subclass(Subclass), "another class than Tensor"),
        (torch.eye(2).to_sparse(), "a tensor of layout torch.sparse_coo"),
        (torch.zeros(2, device="meta"), "a tensor on the meta device"),
    ],
)
def test_tensors_of_another_kind_are_rejected_by_name(value, kind):
    """A subclass may say of itself what it likes, so nothing of it is asked but its name."""
    seen = {"loss": plain(value)}
    (found,) = differences({"loss": torch.zeros(2)}, seen)
    assert (found.name, found.kind) == ("loss", "type")
    assert kind in found.got.kind
    assert differences(seen, seen), "it does not even agree with itself"


@pytest.mark.parametrize(
    "view",
    [
        torch.arange(6.0).reshape(3, 2).mT,
        torch.arange(12.0).reshape(2, 6)[:, ::2],
        torch.ones(1, 1).expand(2, 3),
    ],
)
def test_strides_are_never_compared(view):
    """The same numbers in another order of memory are the same numbers."""
    assert differences(plain(view), plain(view.contiguous())) == []


# (expected, got, what disagrees): each pair also disagrees in what comes after it in the order.
ORDER = {
    "exception before names": (Raised("ValueError", "a"), {"b": 1.0}, "raised"),
    "names before type": ({"a": 1}, {"b": "x"}, "names"),
    "length before type": ([1, 2], ["x"], "length"),
    "type before value": (1, 2.5, "type"),
    "type before dtype": (torch.zeros(1), 1.0, "type"),
    "device before dtype": (torch.zeros(1), Elsewhere("cuda", torch.zeros(2).double()), "device"),
    "dtype before shape": (torch.zeros(2), torch.ones(3).double(), "dtype"),
    "shape before finite": (torch.zeros(1), torch.tensor([math.nan, 1.0]), "shape"),
    "finite before value": (torch.tensor([1.0, 2.0]), torch.tensor([math.nan, 5.0]), "finite"),
    "value": (torch.tensor([1.0, math.nan]), torch.tensor([2.0, math.nan]), "value"),
}


@pytest.mark.parametrize(("expected", "got", "kind"), ORDER.values(), ids=list(ORDER))
def test_the_first_disagreement_is_told(expected, got, kind):
    """In the order: names, type, device, dtype, shape, non-finite values, closeness."""
    (found,) = differences(expected, got)
    assert found.kind == kind
    assert not agree(expected, got)


@pytest.mark.parametrize(
    ("expected", "got", "kind"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, "names"),
        (1, True, "type"),
        (1, 1.0, "type"),
        ([1], (1,), "type"),
        (None, 0, "type"),
        (torch.zeros(0), torch.tensor([5.0]), "shape"),
        (torch.tensor([5.0]), torch.zeros(0), "shape"),
        (torch.zeros(8, 5), torch.zeros(1), "shape"),
        (torch.zeros(()), torch.zeros(1), "shape"),
        (torch.zeros(2), torch.zeros(2, dtype=torch.bfloat16), "dtype"),
        (torch.tensor([1.0]), torch.tensor([math.nan]), "finite"),
        (torch.tensor([math.nan]), torch.tensor([math.inf]), "finite"),
        (torch.tensor([math.inf]), torch.tensor([-math.inf]), "finite"),
        (torch.tensor([complex(1, math.inf)]), torch.tensor([complex(1, -math.inf)]), "finite"),
        (math.nan, 1.0, "finite"),
        (1.0, math.nan, "finite"),
        (torch.tensor([2**53]), torch.tensor([2**53 + 1]), "value"),
        (torch.tensor([200], dtype=torch.uint8), torch.tensor([201], dtype=torch.uint8), "value"),
        (torch.tensor([True]), torch.tensor([False]), "value"),
        (2**60, 2**60 + 1, "value"),
        ("SGD", "Adam", "value"),
        (Raised("ValueError", "a"), Raised("TypeError", "a"), "raised"),
        (Raised("ValueError", "a"), 1.0, "raised"),
        (1.0, Raised("ValueError", "a"), "raised"),
        (Elsewhere("cuda", torch.zeros(1)), Elsewhere("mps", torch.zeros(1)), "device"),
        (Elsewhere("cuda", torch.zeros(1)), torch.zeros(1), "device"),
        (Elsewhere("cuda", torch.zeros(1)), Elsewhere("cuda", torch.ones(1)), "value"),
        (Foreign("a set"), Foreign("a set"), "type"),
    ],
)
def test_what_disagrees(expected, got, kind):
    """Alone, and as a value of an observation, with its name."""
    (found,) = differences(expected, got)
    assert found.kind == kind
    if kind != "raised":
        (inside,) = differences({"x": [expected]}, {"x": [got]})
        assert inside.kind == kind
        assert inside.name.startswith("x[0]")


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        (math.nan, math.nan),
        (math.inf, math.inf),
        (torch.tensor([math.nan, -math.inf, 1.0]), torch.tensor([math.nan, -math.inf, 1.0])),
        (torch.tensor([math.nan, 1.0]), torch.tensor([math.nan, 1.00001])),
        (torch.zeros(0, 3), torch.zeros(0, 3)),
        (torch.tensor([1.0]), torch.tensor([1.00001])),
        (1.0, 1.00001),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        (Raised("ValueError", "a"), Raised("ValueError", "b")),
        (Elsewhere("cuda", torch.ones(1)), Elsewhere("cuda", torch.ones(1))),
    ],
)
def test_what_agrees(expected, got):
    """nan is an answer, float32 noise is none, and where an exception is meant its type counts."""
    assert differences(expected, got) == []


@pytest.mark.parametrize(
    "dtype", [torch.float8_e4m3fn, torch.float8_e5m2, torch.uint16, torch.int8]
)
def test_small_dtypes_are_compared_too(dtype):
    """Although torch has few functions for them."""
    values = torch.tensor([1.0, 2.0]).to(dtype)
    assert differences(values, values.clone()) == []
    (found,) = differences(values, torch.tensor([1.0, 7.0]).to(dtype))
    assert found.kind == "value"
    if dtype.is_floating_point:
        broken = torch.tensor([1.0, math.nan]).to(dtype)
        assert differences(broken, broken.clone()) == []
        assert [found.kind for found in differences(values, broken)] == ["finite"]


def test_every_name_that_disagrees_is_told():
    """In the order of what was expected, however deep it is."""
    expected = {"loss": 1.0, "state": [{"bias": 0, "step": 1}], "same": "x"}
    got = {"same": "x", "state": [{"bias": 0, "step": 2}], "loss": 2.0}
    assert [found.name for found in differences(expected, got)] == ["loss", "state[0].step"]


def test_naming_a_mistake_needs_the_message_too():
    """By type alone, one TypeError would be explained as another."""
    expected, got = Raised("TypeError", "weights"), Raised("TypeError", "item")
    assert not agree(expected, got)
    assert agree(expected, Raised("TypeError", "weights", line=7, code="elsewhere"))


# (dtype, the relative and the absolute tolerance)
BOUNDS = [
    (torch.float64, 1e-9, 1e-12),
    (torch.complex128, 1e-9, 1e-12),
    (torch.float32, 1e-4, 1e-6),
    (torch.complex64, 1e-4, 1e-6),
    (torch.float16, 1e-2, 1e-3),
    (torch.bfloat16, 3e-2, 1e-2),
]


@pytest.mark.parametrize(("dtype", "relative", "absolute"), BOUNDS, ids=[str(b[0]) for b in BOUNDS])
def test_the_tolerance_is_that_of_the_expected_dtype(dtype, relative, absolute):
    """Half of it is let pass, for large values and for those near 0; three times it is not."""
    for size, bound in ((8.0, relative * 8), (0.0, absolute)):
        shifted = torch.tensor([size, size + bound / 2, size + 3 * bound], dtype=torch.float64)
        expected, near, far = shifted.to(dtype).split(1)
        assert differences(expected, near) == []
        (found,) = differences(expected, far)
        assert (found.kind, found.bounds) == ("value", None)
        assert 2 < found.excess < 4


def test_a_number_of_python_is_as_good_as_a_float32():
    """It may have been one before `.item()`, and nobody can tell."""
    assert differences(1.0, 1.00005) == []
    assert differences(1.0, 1.0003) != []
    assert differences(1 + 0j, 1 + 0.0003j) != []


def test_the_answer_cannot_choose_its_tolerance():
    """A coarser dtype is another dtype, and no looser comparison."""
    (found,) = differences(torch.ones(1), torch.ones(1, dtype=torch.bfloat16))
    assert found.kind == "dtype"
    (found,) = differences(*torch.tensor([[1], [1 + 1e-7]], dtype=torch.float64))
    assert found.kind == "value"


def test_a_grader_may_set_the_tolerance_of_one_name():
    """It holds for all that is below that name, and does not leak to others."""
    expected, got = {"share": 0.30, "scale": 1.0}, {"share": 0.31, "scale": 1.0}
    assert differences(expected, got, {"share": (0.0, 0.02)}) == []
    assert agree(expected, got, {"share": (0.0, 0.02)})
    assert differences(expected, got, {"scale": (0.0, 0.02)}) != []
    deep = [{"state": [{"share": torch.tensor([share])}]} for share in (0.30, 0.31)]
    assert differences(*deep, {"state": (0.0, 0.02)}) == []
    assert differences(*deep, {"share": (0.0, 0.02)}) != []


def test_a_tolerance_may_be_narrower_than_the_dtypes():
    """Down to nothing: then only what is equal agrees."""
    expected, got = {"x": torch.ones(2)}, {"x": torch.ones(2) * 1.00001}
    assert differences(expected, got) == []
    (found,) = differences(expected, got, {"x": (0.0, 0.0)})
    assert found.bounds == (0.0, 0.0)
    assert differences(expected, expected, {"x": (0.0, 0.0)}) == []


def test_a_difference_that_cannot_be_measured_is_one():
    """`not (excess <= 1)` is true of nan, and `excess > 1` would let it pass."""
    largest = torch.finfo(torch.float64).max
    expected, got = torch.tensor([[largest], [-largest]], dtype=torch.float64)
    (found,) = differences({"x": expected}, {"x": got}, {"x": (2.0, 0.0)})
    assert (found.kind, math.isnan(found.excess)) == ("value", True)


@pytest.mark.parametrize(
    ("expected", "got", "apart"),
    [
        (2.0, 3.0, 0.5),
        (1e38j, 0j, 1.0),
        (torch.tensor([1.0, 4.0]), torch.tensor([2.0, 4.0]), 0.25),
        (torch.tensor([1.0, math.inf]), torch.tensor([3.0, math.inf]), 2.0),
        (torch.tensor([1.0]), torch.tensor([math.nan]), math.inf),
        (1.0, "a", math.inf),
        (1, 2, math.inf),
    ],
)
def test_how_far_two_values_are_apart(expected, got, apart):
    """As a part of the expected one, where it is largest; another kind is infinitely far."""
    (found,) = differences({"x": expected}, {"x": got})
    assert relative(found) == pytest.approx(apart)
