"""Observations are plain, whatever an answer shows, and each comes through the code as it was."""

import json
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from torchkata.course.loading import load_grader
from torchkata.judging.codec import MAGIC, BadFrame, decode, encode
from torchkata.judging.comparison import differences
from torchkata.judging.judge import Report, judge
from torchkata.judging.observation import Foreign, plain
from torchkata.text.explanations import render

# As small as a grader gets.
SMALL = load_grader(
    """
from torchkata import Grader

grader = Grader(points=1, level=1, hints=("None.",))


@grader.observe
def nothing(answer):
    return {}


@grader.case
def row():
    "A case."
    return ()
""",
    "small.py",
)

DTYPES = [
    torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.complex64, torch.complex128,
    torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool,
    torch.uint16, torch.uint32, torch.uint64, torch.float8_e4m3fn,
]  # fmt: skip


def _transposed(tensor):
    return tensor.mT if tensor.dim() > 1 else tensor


def _expanded(tensor):
    return tensor[..., None].expand(*tensor.shape, 3)


def _channels_last(tensor):
    return tensor.to(memory_format=torch.channels_last) if tensor.dim() == 4 else tensor


def _strided(tensor):
    return tensor[::2] if tensor.dim() else tensor


def _parameter(tensor):
    return torch.nn.Parameter(tensor) if tensor.is_floating_point() else tensor


def _conjugated(tensor):
    return tensor.conj() if tensor.is_complex() else tensor


LAYOUTS = [lambda t: t, _transposed, _expanded, _channels_last, _strided, _parameter, _conjugated]


@st.composite
def tensors(draw):
    """Tensors of any dtype and layout, empty ones and scalars among them."""
    shape = draw(st.lists(st.integers(0, 3), max_size=4))
    count = math.prod(shape)
    bits = st.binary(min_size=count * 16, max_size=count * 16)
    dtype, layout = draw(st.sampled_from(DTYPES)), draw(st.sampled_from(LAYOUTS))
    raw = torch.frombuffer(bytearray(draw(bits)) or bytearray(16), dtype=torch.uint8)
    if dtype is torch.bool:
        raw = raw % 2
    return layout(raw.view(dtype)[:count].clone().reshape(shape))


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.complex_numbers() | st.text()
keys = st.text() | st.integers() | st.booleans()
observations = st.recursive(
    scalars | tensors(),
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(keys, inner),
    max_leaves=12,
)


@given(observations)
@settings(deadline=None, max_examples=200)
def test_encoding_loses_nothing(value):
    """Whatever an observation holds comes back as it was, bit for bit."""
    seen = plain(value)
    back = decode(encode(seen))
    assert _identical(seen, back)
    assert differences(seen, back) == []


@given(observations, st.data())
@settings(deadline=None, max_examples=300)
def test_decoding_survives_anything(value, data):
    """A damaged frame is a BadFrame or another plain value; nothing else happens."""
    frame = bytearray(encode(plain(value)))
    for _ in range(data.draw(st.integers(1, 4))):
        frame[data.draw(st.integers(0, len(frame) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(frame)))
    for hostile in (bytes(frame), bytes(frame[:cut])):
        try:
            decode(hostile)
        except BadFrame:
            continue


@given(observations, observations, st.dictionaries(st.sampled_from(["loss", "x"]), tensors()))
@settings(deadline=None, max_examples=200)
def test_whatever_comes_back_can_be_judged_and_told(expected, strange, named):
    """No observation ends the judge or the words, and what is told stays short."""
    seen = {("row", 0): plain({"loss": expected, "x": 1.0}), ("row", 1): plain({"x": expected})}
    for got in (strange, {"loss": strange, "x": strange}, named):
        report = Report(observations=dict.fromkeys(seen, plain(got)))
        result = judge("module/exercise", SMALL, report, seen, list)
        assert len(render(result, SMALL)) < 5000


STORED = [
    *("F64", "F32", "F16", "BF16", "F8_E4M3", "F8_E5M2", "F8_E8M0", "F4", "C64", "BOOL"),
    *("I64", "I32", "I16", "I8", "U64", "U32", "U16", "U8", "X"),
]
BYTES = {"F64": 8, "I64": 8, "U64": 8, "C64": 8, "F32": 4, "I32": 4, "U32": 4}
BYTES |= dict.fromkeys(("F16", "BF16", "I16", "U16"), 2)
SIZES = st.sampled_from([0, 1, 2, 3, 2**31, 2**40, 2**62, 2**64])


@given(
    st.sampled_from(STORED),
    st.lists(SIZES, max_size=18),
    st.binary(max_size=64),
    st.sampled_from([str(dtype) for dtype in DTYPES]),
    observations,
)
@settings(deadline=None, max_examples=400)
def test_whatever_a_header_says_can_be_judged_and_told(stored, shape, data, dtype, expected):
    """Types that nobody has, sizes that no memory has, bytes that are no bool: none ends the judge.

    What was not judged would be graded again for ever.
    """
    room = math.prod(shape) * BYTES.get(stored, 1)
    # Otherwise nearly all would be refused by the reader of safetensors.
    data = (data + bytes(64))[:room] if room <= 64 else data
    said = {"0": {"dtype": stored, "shape": shape, "data_offsets": [0, len(data)]}}
    node = {"is": "dict", "pairs": [["x", {"is": "tensor", "place": 0, "dtype": dtype}]]}
    text, header = json.dumps(node).encode(), json.dumps(said).encode()
    blob = len(header).to_bytes(8, "little") + header + data
    try:
        got = decode(MAGIC + len(text).to_bytes(8, "little") + text + blob)
    except BadFrame:
        return
    alike = torch.ones_like(got["x"]) if got["x"].numel() < 100 else plain(expected)
    seen = {("row", seed): {"x": wanted} for seed, wanted in enumerate([plain(expected), alike])}
    result = judge(
        "module/exercise", SMALL, Report(observations=dict.fromkeys(seen, got)), seen, list
    )
    assert len(render(result, SMALL)) < 5000


@given(st.binary())
def test_noise_is_a_bad_frame(noise):
    """Bytes that are no frame are told so."""
    with pytest.raises(BadFrame):
        decode(noise)
    with pytest.raises(BadFrame):
        decode(MAGIC + noise)


def test_shared_storage_is_copied():
    """What an answer changes later does not change what was seen."""
    base = torch.zeros(3)
    seen = plain({"whole": base, "part": base[1:]})
    base += 1
    assert seen["whole"].tolist() == [0, 0, 0]
    assert decode(encode(seen))["part"].tolist() == [0, 0]


class Agreeable:
    """Says yes to every question."""

    def __eq__(self, other):
        return True

    __class__ = torch.Tensor


class Subclass(torch.Tensor):
    """Another class than Tensor."""


@pytest.mark.parametrize(
    "value",
    [
        Agreeable(),
        torch.zeros(2).as_subclass(Subclass),
        torch.zeros(2, device="meta"),
        torch.eye(2).to_sparse(),
        {(1, 2): 3},
        {Agreeable: 1},
        dict.fromkeys(range(4097)),
        {complex(place, 1): 0 for place in range(17)},
        {2**4096: 0},
        type("Text", (str,), {})("x"),
        object,
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_cannot_be_compared_agrees_with_nothing(value):
    """It is named and rejected, even beside itself."""
    seen = plain({"value": value})
    assert isinstance(seen["value"], Foreign)
    assert differences(seen, seen) != []
    assert differences({"value": 1.0}, seen) != []


def test_too_deep_is_foreign():
    """A list that holds itself ends somewhere."""
    endless = []
    endless.append(endless)
    assert "too deep" in str(plain(endless))


def _identical(left, right):
    if isinstance(left, torch.Tensor):
        same = (left.dtype, left.shape) == (right.dtype, right.shape)
        return same and _bytes(left) == _bytes(right)
    if isinstance(left, dict):
        pairs = zip(left.items(), right.items(), strict=True)
        return all(_identical(a, b) and _identical(x, y) for (a, x), (b, y) in pairs)
    if isinstance(left, (list, tuple)):
        same = type(left) is type(right) and len(left) == len(right)
        return same and all(map(_identical, left, right))
    return type(left) is type(right) and repr(left) == repr(right)


def _bytes(tensor):
    return tensor.contiguous().view(-1).view(torch.uint8).tolist() if tensor.numel() else []
