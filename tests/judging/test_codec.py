"""Observations as bytes: what comes back is what went, and hostile bytes are refused."""

import json
import time

import msgspec
import pytest
import safetensors.torch
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from torchkata.judging import codec
from torchkata.judging.codec import MAGIC, MAX_BYTES, OF_A_PACK, BadFrame, Bounds, decode, encode
from torchkata.judging.observation import (
    MAX_DEPTH,
    MAX_NAMES,
    Elsewhere,
    Foreign,
    Raised,
    plain,
)


def frame(node, tensors=None, length=None):
    """A frame of a hand-made tree of nodes, whose text may be said to be of another length."""
    text = msgspec.json.encode(node)
    size = len(text) if length is None else length
    blob = safetensors.torch.save(tensors or {})
    return MAGIC + size.to_bytes(8, "little") + text + blob


def nested(depth, kind="list"):
    """A tree of lists or tuples in one another."""
    node = None
    for _ in range(depth):
        node = {"is": kind, "items": [node]}
    return node


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        2**4000,
        -(2**53) - 1,
        float("-inf"),
        1 - 2j,
        "a\0b",
        [1, (2, [3.5])],
        {"a": {1: None, 2.5: "x", None: 0, False: True}},
        Raised("ValueError", "no", 3, "raise ValueError"),
        Foreign("a set"),
    ],
    ids=repr,
)
def test_what_is_no_tensor_comes_back_as_it_went(value):
    """With its types: a tuple is no list, and 1 is not True."""
    back = decode(encode(value))
    assert repr(back) == repr(value)
    assert type(back) is type(value)


def test_nan_comes_back_as_nan():
    """Although JSON has no word for it."""
    back = decode(encode({"x": float("nan"), "z": complex(0.0, float("nan"))}))
    assert back["x"] != back["x"]
    assert (back["z"].real, back["z"].imag != back["z"].imag) == (0.0, True)


@pytest.mark.parametrize(
    "tensor",
    [
        torch.ones(2, 3).mT,
        torch.zeros(0, 4),
        torch.tensor(1.5, dtype=torch.bfloat16),
        torch.tensor([1 + 2j], dtype=torch.complex128),
        torch.tensor([2**63 - 1]),
        torch.tensor([True]),
    ],
    ids=lambda tensor: f"{tensor.dtype}".removeprefix("torch."),
)
def test_a_tensor_comes_back_as_it_went(tensor):
    """With its dtype, its shape and every value, and its device where that is another one."""
    back = decode(encode([plain(tensor), Elsewhere("cuda", plain(tensor))]))
    for seen in (back[0], back[1].tensor):
        assert (seen.dtype, seen.shape) == (tensor.dtype, tensor.shape)
        assert torch.equal(seen, tensor)
    assert back[1].device == "cuda"


def test_what_an_observation_may_hold_survives_in_a_report():
    """A value as deep as `plain` lets one be, below what a report puts around it."""
    value = []
    for _ in range(MAX_DEPTH - 2):
        value = [value]
    assert plain({"x": value}) == {"x": value}
    report = {"cases": [("row", 0, {"x": value}, "")]}
    assert decode(encode(report)) == report


@pytest.mark.parametrize("kind", ["list", "tuple"])
def test_what_is_nested_deeper_than_any_observation_is_refused(kind):
    """And what is as deep as one in a report is not."""
    deepest = MAX_DEPTH + 6
    assert decode(frame(nested(deepest, kind))) is not None
    with pytest.raises(BadFrame, match="nested too deep"):
        decode(frame(nested(deepest + 1, kind)))


def test_deep_nesting_does_not_exhaust_the_stack():
    """The parser of JSON refuses it before a tree is there."""
    text = b'{"is":"list","items":[' * 50_000 + b"]}" * 50_000
    with pytest.raises(BadFrame):
        decode(MAGIC + len(text).to_bytes(8, "little") + text)


def test_dicts_are_nested_as_deep_as_lists():
    """And their names have no depth at all."""
    node = None
    for _ in range(MAX_DEPTH + 7):
        node = {"is": "dict", "pairs": [["k", node]]}
    with pytest.raises(BadFrame, match="nested too deep"):
        decode(frame(node))
    with pytest.raises(BadFrame, match="names are strings and numbers"):
        decode(frame({"is": "dict", "pairs": [[nested(1, "tuple"), 1]]}))


def test_a_frame_has_a_largest_size():
    """Whatever it says: it is not even looked into."""
    with pytest.raises(BadFrame, match="too long"):
        decode(MAGIC + bytes(MAX_BYTES))
    assert decode(encode(torch.zeros(MAX_BYTES // 4 - 100))).numel() == MAX_BYTES // 4 - 100


def test_the_words_of_a_frame_have_a_largest_size():
    """Tensors may be large; names, numbers and what was printed may not."""
    assert len(decode(encode("x" * 2**20))) == 2**20
    with pytest.raises(BadFrame, match="too many words"):
        decode(encode("x" * 2**21))
    with pytest.raises(BadFrame, match="too many words"):
        decode(frame("x", length=2**63))


def test_a_number_has_a_largest_size():
    """Python takes the square of their length to read long ones."""
    assert decode(frame({"is": "number", "text": "0x" + "f" * 1000})) == 16**1000 - 1
    for text in ("0x" + "f" * 1100, "9" * 5000):
        with pytest.raises(BadFrame, match="too long to compare"):
            decode(frame({"is": "number", "text": text}))


HOSTILE = {
    "nothing": b"",
    "no text": MAGIC,
    "another format": b"KATA2\n" + encode(1)[6:],
    "less than its length": MAGIC + (10**6).to_bytes(8, "little") + b"1",
    "no JSON": MAGIC + (3).to_bytes(8, "little") + b"nan" + safetensors.torch.save({}),
    "no safetensors": encode(1)[:-1],
    "a header as long as it likes": encode(1)[: len(MAGIC) + 9] + (2**62).to_bytes(8, "little"),
    "an unknown node": frame({"is": "code", "text": "exit()"}),
    "a node with another field": frame({"is": "tuple", "things": []}),
    "a tensor that is not there": frame({"is": "tensor", "place": 0, "dtype": "torch.int64"}),
    "a tensor as a key": frame(
        {"is": "dict", "pairs": [[{"is": "tensor", "place": 0, "dtype": "torch.float32"}, 1]]},
        {"0": torch.ones(1)},
    ),
    "a list as a key": frame({"is": "dict", "pairs": [[{"is": "list", "items": []}, 1]]}),
    "a number that is none": frame({"is": "number", "text": "import os"}),
    "no text in a text": frame({"is": "raised", "type": 5, "message": ""}),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=list(HOSTILE))
def test_hostile_bytes_are_refused(data):
    """Whatever a parser makes of them, it is one exception."""
    with pytest.raises(BadFrame):
        decode(data)


def test_a_tensor_is_of_the_dtype_that_it_is_said_to_be_of():
    """A frame that says something else is forged."""
    said = {"is": "tensor", "place": 0, "dtype": "torch.float64"}
    with pytest.raises(BadFrame, match=r"of torch\.float32 is said to be of torch\.float64"):
        decode(frame(said, {"0": torch.ones(2)}))
    wrapped = {"is": "elsewhere", "device": "cuda", "tensor": said}
    with pytest.raises(BadFrame, match="is said to be of"):
        decode(frame(wrapped, {"0": torch.ones(2)}))


def names(*keys):
    """The node of a dict with these names."""
    return {"is": "dict", "pairs": [[key, 0] for key in keys]}


ODD = {
    "complex numbers of one hash": [
        {"is": "complex", "real": -1000003 * i, "imag": i} for i in range(17)
    ],
    "multiples of 2**61 - 1": [
        {"is": "number", "text": hex(i * (2**61 - 1))} for i in range(1, 18)
    ],
    "integers that JSON may say": [2**53 + 1 + i for i in range(17)],
    "no numbers": [{"is": "number", "text": "nan"}] * 17,
}


@pytest.mark.parametrize("keys", ODD.values(), ids=list(ODD))
def test_hash_bomb(keys):
    """Names that may all have one hash are few, and refused before one of them is hashed."""
    assert len(decode(frame(names(*keys[:16])))) in (1, 16)
    with pytest.raises(BadFrame, match="too many odd names"):
        decode(frame(names(*keys)))


def test_hash_bomb_of_tuples():
    """Tuples of -1 and -2, which have one hash, are no names at all."""
    keys = [{"is": "tuple", "items": [-1 - (i >> bit & 1) for bit in range(6)]} for i in range(64)]
    assert len({hash(tuple(key["items"])) for key in keys}) == 1
    with pytest.raises(BadFrame, match="names are strings and numbers"):
        decode(frame(names(*keys)))


def test_a_dict_has_so_many_names():
    """And no more, of whatever kind."""
    assert len(decode(frame(names(*range(MAX_NAMES))))) == MAX_NAMES
    with pytest.raises(BadFrame, match="too many names"):
        decode(frame(names(*range(MAX_NAMES + 1))))


def empty_tensors(count):
    """The bytes of some tensors without elements."""
    info = {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]}
    header = json.dumps({str(place): info for place in range(count)}).encode()
    return len(header).to_bytes(8, "little") + header


def with_tensors(count):
    """A frame that holds one number, and some tensors behind it."""
    return frame(0).removesuffix(safetensors.torch.save({})) + empty_tensors(count)


@pytest.mark.parametrize(("count", "why"), [(4097, "many tensors"), (100_000, "long a header")])
def test_header_of_100000_tensors(count, why, monkeypatch):
    """They are counted, and refused before one of them is made; a pack may have more."""
    assert decode(with_tensors(4096)) == 0
    assert decode(with_tensors(4097), OF_A_PACK) == 0
    monkeypatch.setattr(codec.safetensors.torch, "load", lambda _: pytest.fail("made"))
    with pytest.raises(BadFrame, match=f"too {why}"):
        decode(with_tensors(count))


def test_a_tensor_has_so_many_dimensions():
    """Torch made one of a hundred thousand, and took minutes to compare it with another."""
    said = {"is": "tensor", "place": 0, "dtype": "torch.complex64"}
    deepest = torch.zeros([1] * 16, dtype=torch.complex64)
    assert torch.equal(decode(encode(deepest)), deepest)
    for shape in ([1] * 18, [0] + [1] * 100_000):
        with pytest.raises(BadFrame, match="too many dimensions"):
            decode(frame(said, {"0": torch.zeros(shape)}))
    assert plain(torch.zeros([1] * 17)) == Foreign("a tensor of 17 dimensions")


def test_values_are_counted():
    """All together: an answer may send no more of them, wherever they are."""
    few = Bounds(values=9)
    assert decode(frame({"is": "list", "items": [0] * 8}), few) == [0] * 8
    for node in ({"is": "tuple", "items": [0] * 9}, names(1, 2, 3, 4, 5)):
        with pytest.raises(BadFrame, match="too many values"):
            decode(frame(node), few)


def test_reading_has_a_time_limit_of_its_own(monkeypatch):
    """That of this thread alone, so that a busy machine takes nothing from an answer."""
    clock = iter([0.0, 4.9, 5.1])
    monkeypatch.setattr(time, "thread_time", lambda: next(clock))
    with pytest.raises(BadFrame, match="takes too long"):
        decode(frame({"is": "list", "items": [0] * 9000}))
    assert not list(clock)


trees = st.recursive(
    st.none() | st.integers() | st.floats() | st.text(max_size=3) | st.complex_numbers(),
    lambda inner: (
        st.lists(inner, max_size=9)
        | st.builds(tuple, st.lists(inner, max_size=9))
        | st.dictionaries(
            st.none() | st.integers() | st.floats() | st.text(max_size=3) | st.complex_numbers(),
            inner,
            max_size=20,
        )
    ),
    max_leaves=60,
)


@given(trees, st.integers(1, 80))
@settings(deadline=None, max_examples=200)
def test_the_work_of_reading_is_bounded(value, most):
    """Whatever is sent, no more values are made than the bounds allow."""
    made = []

    class Counting(codec._Reader):
        def value(self, node, depth):
            found = super().value(node, depth)
            made.append(found)
            return found

    data = encode(plain(value))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(codec, "_Reader", Counting)
        try:
            decode(data, Bounds(values=most))
        except BadFrame:
            assert len(made) <= most
        else:
            assert 1 <= len(made) <= most


@given(trees)
@settings(deadline=None, max_examples=200)
def test_what_an_answer_may_show_can_be_sent(value):
    """Inside it is made such that outside nothing of it is refused."""
    shown = plain(value)
    assert repr(decode(encode(shown))) == repr(shown)
