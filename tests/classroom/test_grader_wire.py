"""What crosses between grader and sandbox, and what does not."""

import json
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classroom.grader.inside.wire import LENGTHS, Malformed, Packer, Unpacker, frame, receive

REPEATABLE = settings(max_examples=100, derandomize=True, deadline=None, database=None)


class Reader:
    """Hands out bytes as a pipe does."""

    def __init__(self, content):
        self.left = content

    def __call__(self, count):
        found, self.left = self.left[:count], self.left[count:]
        if len(found) < count:
            raise EOFError
        return found


def sent(value):
    """Return what arrives of a value."""
    packer = Packer()
    content = frame({"value": packer.pack(value)}, packer.blobs)
    head, blobs = receive(Reader(content))
    return Unpacker(blobs).unpack(head["value"])


@pytest.mark.parametrize("kind", "b1 i1 i8 u2 f2 f4 f8 c8 c16 >f8 >i4".split())
def test_arrays_of_numbers_arrive_as_they_were(kind):
    array = np.arange(6).astype(kind).reshape(2, 3)
    got = sent(array)
    assert type(got) is np.ndarray
    assert got.dtype == array.dtype.newbyteorder("=")
    assert np.array_equal(got, array)


@pytest.mark.parametrize(
    "array",
    [np.array(3.5), np.zeros((0, 4)), np.asfortranarray(np.eye(3)), np.arange(9)[::-2]],
    ids=["no axis", "empty", "columns first", "backwards"],
)
def test_arrays_of_any_layout_arrive(array):
    assert sent(array).shape == array.shape
    assert np.array_equal(sent(array), array)


@pytest.mark.parametrize(
    "value",
    [None, True, 3, 10**50, -0.5, float("inf"), "ein Wort", [1, (2.0, [None])], (), np.float32(2)],
)
def test_plain_values_keep_their_types(value):
    got = sent(value)
    assert got == value
    assert type(got) is type(value)


def test_nan_arrives():
    assert np.isnan(sent(float("nan")))


def test_what_is_sent_is_a_copy():
    array = np.ones(3)
    packer = Packer()
    node = packer.pack(array)
    Unpacker(packer.blobs).unpack(node)[0] = 7
    assert array[0] == 1


def test_an_array_that_may_not_be_written_to_may_not_be_there_either():
    array = np.ones(3)
    array.flags.writeable = False
    assert not sent(array).flags.writeable


class Odd(np.ndarray):
    def __eq__(self, other):
        return True


def test_of_a_kind_of_array_the_numbers_alone_arrive():
    assert type(sent(np.ones(3).view(Odd))) is np.ndarray


@pytest.mark.parametrize(
    "value",
    [
        object(),
        {},
        {1},
        b"",
        print,
        np.array([None]),
        np.array(["a"]),
        np.zeros(1, "i4,f8"),
        range(3),
    ],
    ids=lambda value: type(value).__name__,
)
def test_anything_else_is_refused(value):
    with pytest.raises(Malformed, match="it holds"):
        Packer().pack(value)


def test_a_list_in_itself_is_refused():
    endless = []
    endless.append(endless)
    with pytest.raises(Malformed, match="too deeply"):
        Packer().pack(endless)


def test_too_many_numbers_are_refused_where_they_start():
    packer = Packer()
    node = packer.pack(np.zeros(2_000_001))
    with pytest.raises(Malformed, match="16 MB"):
        frame({"value": node}, packer.blobs)


def test_a_length_that_lies_is_refused_before_anything_is_read():
    with pytest.raises(Malformed, match="too large"):
        receive(Reader(LENGTHS.pack(2**32 - 1, 0)))
    with pytest.raises(Malformed, match="too large"):
        receive(Reader(LENGTHS.pack(2, 2**32 - 1)))


@REPEATABLE
@given(st.binary(max_size=60))
def test_bytes_of_any_kind_are_a_message_or_refused(content):
    for begin in (b"", struct.pack(">II", max(len(content) - 3, 0), min(len(content), 3))):
        try:
            receive(Reader(begin + content))
        except (Malformed, EOFError):
            pass


NODES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 5) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["array", "list", "tuple", "plain", "function", "dtype", "shape"]),
            inner,
        )
    ),
)


@REPEATABLE
@given(NODES)
def test_nodes_of_any_kind_are_a_value_or_refused(node):
    try:
        Unpacker([b"12345678"]).unpack(node)
    except Malformed:
        pass


@pytest.mark.parametrize(
    ("dtype", "shape"),
    [("|O", [1]), ("<U2", [1]), ("<f8", [2]), ("<f8", [-1]), ("<f8", [True]), ("<f8", [1.0]),
     ("<f8", [1] * 40), ("<f8", 1), (["<f8"], [1]), ("<M8[s]", [1]), ("<f8", [2**40, 0])],
)  # fmt: skip
def test_a_description_that_lies_is_refused(dtype, shape):
    with pytest.raises((Malformed, TypeError)):
        Unpacker([b"12345678"]).unpack({"array": 0, "dtype": dtype, "shape": shape})


@pytest.mark.parametrize("head", [[], 3, "x", None, {"sizes": 3}, {"sizes": [-1, 1]}, {}])
def test_a_head_that_is_none_is_refused(head):
    text = json.dumps(head).encode()
    with pytest.raises(Malformed):
        receive(Reader(LENGTHS.pack(len(text), 0) + text))
