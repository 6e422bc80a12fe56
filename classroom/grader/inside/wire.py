"""Messages between grader and sandbox: a JSON head and plain arrays as raw bytes, never pickles.

A frame is two lengths of four bytes each, the head in JSON, and the bytes of its arrays one after
another; ``sizes`` in the head says how long each is. Both sides check everything that they read.
"""

import json
import math
import struct

import numpy as np

HEAD_BYTES = 1_000_000
BODY_BYTES = 16_000_000
DEPTH = 20
LENGTHS = struct.Struct(">II")
# Booleans, integers, floats, complex numbers. Anything else could hold objects.
DTYPES = {np.dtype(name).str for name in "b1 i1 i2 i4 i8 u1 u2 u4 u8 f2 f4 f8 c8 c16".split()}


class Malformed(ValueError):
    """Bytes that are not a message, or a value that cannot be part of one."""


def frame(head, blobs=()):
    """Return a message as bytes.

    Raises
    ------
    Malformed
        If it would be larger than what the other side accepts.
    """
    text = json.dumps({**head, "sizes": [len(blob) for blob in blobs]}).encode()
    body = b"".join(blobs)
    if len(text) > HEAD_BYTES or len(body) > BODY_BYTES:
        raise Malformed("it is too large: at most 16 MB of numbers can cross")
    return LENGTHS.pack(len(text), len(body)) + text + body


def receive(read):
    """Read one message; ``read(n)`` returns n bytes. Returns the head and the list of blobs.

    Raises
    ------
    Malformed
        If the bytes are not a message.
    """
    head_length, body_length = LENGTHS.unpack(read(LENGTHS.size))
    if head_length > HEAD_BYTES or body_length > BODY_BYTES:
        raise Malformed("the message is too large")
    text, body = read(head_length), read(body_length)
    try:
        head = json.loads(text)
        return head, _split(body, head.pop("sizes"))
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        raise Malformed("the message cannot be read") from error


def _split(body, sizes):
    blobs, start = [], 0
    for size in sizes:
        if type(size) is not int or size < 0:
            raise Malformed("a length is wrong")
        blobs.append(body[start : start + size])
        start += size
    if start != len(body):
        raise Malformed("the lengths do not add up")
    return blobs


class Packer:
    """Turns values into the nodes of a head, and collects the arrays.

    Parameters
    ----------
    name : callable, optional
        Takes a function and returns the number under which it can be called back; without it,
        functions cannot cross.
    """

    def __init__(self, name=None):
        self.blobs = []
        self.arrays = []
        self._name = name

    def pack(self, value, depth=0):
        """Return the node of a value.

        Raises
        ------
        Malformed
            If values of its type cannot be sent.
        """
        if depth > DEPTH:
            raise Malformed("it is nested too deeply")
        if isinstance(value, np.ndarray | np.generic | complex):
            return self._array(value)
        if isinstance(value, list | tuple):
            kind = "list" if isinstance(value, list) else "tuple"
            return {kind: [self.pack(part, depth + 1) for part in value]}
        if value is None or isinstance(value, bool | int | float | str):
            return {"plain": value}
        if self._name and callable(value):
            return {"function": self._name(value)}
        raise Malformed(f"it holds an object of type {type(value).__name__}")

    def _array(self, value):
        array = np.asarray(value)
        if array.dtype == np.longdouble:  # its digits differ from machine to machine
            array = array.astype(float)
        if array.dtype.newbyteorder("=").str not in DTYPES:
            raise Malformed(f"it holds an array of dtype {array.dtype}")
        array = array.astype(array.dtype.newbyteorder("="), copy=False)
        self.blobs.append(array.tobytes())
        self.arrays.append(value if isinstance(value, np.ndarray) else None)
        return {
            "array": len(self.blobs) - 1,
            "dtype": array.dtype.str,
            "shape": list(array.shape),
            "scalar": not isinstance(value, np.ndarray),
            "frozen": isinstance(value, np.ndarray) and not value.flags.writeable,
        }


class Unpacker:
    """Turns nodes back into values; arrays are fresh copies.

    Parameters
    ----------
    blobs : list of bytes
    function : callable, optional
        Takes the number of a function and returns what calls it back.
    """

    def __init__(self, blobs, function=None):
        self.blobs = blobs
        self.arrays = {}
        self._function = function

    def unpack(self, node, depth=0):
        """Return the value of a node.

        Raises
        ------
        Malformed
            If it is not a node.
        """
        if depth > DEPTH or not isinstance(node, dict):
            raise Malformed("a value cannot be read")
        match node:
            case {"array": int(index)} if 0 <= index < len(self.blobs):
                return self._array(index, node)
            case {"list": list(parts)}:
                return [self.unpack(part, depth + 1) for part in parts]
            case {"tuple": list(parts)}:
                return tuple(self.unpack(part, depth + 1) for part in parts)
            case {"function": int(number)} if self._function:
                return self._function(number)
            case {"plain": None | bool() | int() | float() | str() as value}:
                return value
        raise Malformed("a value cannot be read")

    def _array(self, index, node):
        dtype, shape = node.get("dtype"), node.get("shape")
        if dtype not in DTYPES or not _is_shape(shape):
            raise Malformed("an array cannot be read")
        dtype, blob = np.dtype(dtype), self.blobs[index]
        if math.prod(shape) * dtype.itemsize != len(blob):
            raise Malformed("an array and its shape differ")
        array = np.frombuffer(blob, dtype).reshape(shape).copy()
        if node.get("scalar") is True and not shape:
            return array[()]
        array.flags.writeable = node.get("frozen") is not True
        self.arrays[index] = array
        return array


def _is_shape(shape):
    return (
        isinstance(shape, list)
        and len(shape) <= 32
        and all(type(length) is int and 0 <= length < 2**31 for length in shape)
    )
