"""What every public function does first and what every kernel needs: check, sum, lay out, cut."""

from collections.abc import Iterator
from itertools import product
from math import prod
from numbers import Real

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

# Rows this short are faster with the classes first; longer ones pay more for the copy.
FEW_CLASSES = 64
MANY_NUMBERS = 4096
# Numbers in a block where a block is all the memory that is needed: long enough to keep NumPy busy.
BLOCK = 131_072
# With few classes first: so short that ten classes, too, need next to nothing beside the result.
FEW_BLOCK = 24_576
# Bytes of a result that are computed in one go, so that each step finds them in the cache.
PIECE = 2**21
# Terms in one running sum, and in one running dot, whose users take it twice; along the contiguous
# axis einsum keeps many of them at a time.
CHUNK = 8
DOT_CHUNK = 32
CONTIGUOUS_CHUNK = 1024
# Up to here those many are as exact as the pairs of NumPy's own sum, and faster.
EINSUM_TERMS = 512


def as_numbers(x, name):
    """Return ``x`` as an array of real or complex floating point numbers.

    Parameters
    ----------
    x : array_like
        Integers and booleans become float64; other byte orders become native.
    name : str
        What the caller calls it, for the message.

    Returns
    -------
    ndarray
        Never written to by the caller: it may be ``x`` itself.

    Raises
    ------
    TypeError
        If ``x`` is a masked array or holds anything but numbers.
    """
    if isinstance(x, np.ma.MaskedArray):
        raise TypeError(f"{name} is a masked array; fill it and say what is allowed with `where`")
    x = np.asarray(x)
    if x.dtype.kind not in "biufc":
        raise TypeError(f"{name} holds {x.dtype}; it must hold real or complex numbers")
    if x.dtype.kind in "biu":
        return x.astype(np.float64)
    return x if x.dtype.isnative else x.astype(x.dtype.newbyteorder("="))


def working(x):
    """Return ``x`` in the precision to compute in: float32 for float16, else its own."""
    return x.astype(np.float32) if x.dtype == np.float16 else x


def axes_of(x, axis):
    """Return ``axis`` (an int, a tuple or None for all) as a tuple of indices from 0.

    A 0-d array is one class: the axes -1, 0 and None all name it.
    """
    if isinstance(axis, int) and x.ndim:
        return (normalize_axis_index(axis, x.ndim, "axis"),)
    if axis is None or (x.ndim == 0 and axis in (0, -1)):
        return tuple(range(x.ndim))
    return normalize_axis_tuple(axis, x.ndim, "axis")


def one_axis(x, axis, name):
    """Return ``axis`` as one index from 0, or say that a tuple or None has no meaning here.

    Raises
    ------
    TypeError
        If ``axis`` is no integer.
    ValueError
        If ``x`` is 0-d.
    """
    if x.ndim == 0:
        raise ValueError(f"{name} is a single number; it must have an axis of classes")
    try:
        return normalize_axis_index(axis, x.ndim, "axis")
    except TypeError:
        raise TypeError(f"axis is {axis!r}; it must be one integer here") from None


def positive(x, name):
    """Return ``x`` as a float above 0 (inf included).

    Raises
    ------
    TypeError
        If ``x`` is not one real number.
    ValueError
        If it is not above 0.
    """
    if type(x) is float and x > 0:  # nearly always
        return x
    if not isinstance(x, Real):
        raise TypeError(f"{name} is {x!r}; it must be one real number")
    try:
        value = float(x)
    except OverflowError:
        raise ValueError(f"{name} is {x!r}; it must fit into a float, or be inf") from None
    if not value > 0:
        raise ValueError(f"{name} is {x!r}; it must be above 0")
    return value


def mask(where, shape):
    """Return ``where`` as booleans that broadcast to ``shape``.

    Raises
    ------
    TypeError
        If ``where`` does not hold booleans.
    ValueError
        If it does not broadcast.
    """
    where = np.asanyarray(where)
    if isinstance(where, np.ma.MaskedArray) or where.dtype != bool:
        raise TypeError(f"where holds {where.dtype}; it must hold plain booleans")
    try:
        return np.broadcast_to(where, shape)
    except ValueError:
        raise ValueError(f"where has shape {where.shape}; it must broadcast to {shape}") from None


def finished(out, shape, dtype):
    """Return a result in the shape and precision of the caller, as a scalar if it is 0-d."""
    if out.dtype != dtype:
        out = out.astype(dtype)
    return out if shape else out.reshape(())[()]


def same_shape(x, other, name, other_name):
    """Raise a ValueError unless ``x`` has exactly the shape of ``other``."""
    if x.shape != other.shape:
        raise ValueError(f"{name} has shape {x.shape}, but {other_name} has shape {other.shape}")


def quiet():
    """Silence NumPy where inf, nan and underflow are the right answers."""
    return np.errstate(all="ignore")


def count(shape, axes):
    """Return how many classes a row has when it runs along ``axes``."""
    return prod(shape[a] for a in axes)


def row_max(x, axes):
    """Return the maximum along ``axes`` and keep them; as ``x.max``, with less overhead."""
    return np.maximum.reduce(x, axis=axes, keepdims=True)


def row_sum(x, axes):
    """Sum along ``axes`` and keep them, with a small error along any axis.

    Rows of probabilities were seen to sum to 1 within 4 eps. At worst, each chunk of terms and each
    level of chunks adds half as many eps as it has terms.
    """
    if x.size <= CHUNK:
        return np.add.reduce(x, axis=axes, keepdims=True)
    for axis in sorted(axes, reverse=True):
        if _contiguous(x, axis) and x.shape[axis] > EINSUM_TERMS:  # NumPy's own sum pairs its terms
            x = np.add.reduce(x, axis=axis, keepdims=True)
        else:
            x = _dot_along((x,), axis)
    return x


def row_dot(*factors, axes):
    """Sum the product of ``factors`` along ``axes`` and keep them, without writing the product."""
    if not axes:
        return np.multiply(*factors) if len(factors) > 1 else factors[0]
    for axis in sorted(axes, reverse=True):
        factors = (_dot_along(factors, axis),)
    return factors[0]


def _dot_along(factors, axis):
    """Sum a product along one axis and keep it, chunk by chunk.

    The error of a running sum grows with its length, that of a sum of short sums hardly does.
    """
    x = factors[0]
    n, before, after = x.shape[axis], x.shape[:axis], x.shape[axis + 1 :]
    chunk = CHUNK if len(factors) == 1 else DOT_CHUNK
    chunk = CONTIGUOUS_CHUNK if _contiguous(x, axis) else chunk
    if n <= chunk:
        return _plain(factors, axis, (*before, 1, *after))
    whole = n // chunk
    head, tail = (
        [f[(slice(None),) * axis + (part,)] for f in factors]
        for part in (slice(whole * chunk), slice(whole * chunk, None))
    )
    # Long steps through memory are fastest: chunks of neighbours, or else of terms far apart.
    near = _contiguous(x, axis)
    split = (whole, chunk) if near else (chunk, whole)
    chunks = [f.reshape(*before, *split, *after) for f in head]
    total = _plain(chunks, axis + near, (*before, whole, *after))
    total = _dot_along((total,), axis) if whole > 1 else total
    return total if n == whole * chunk else total + _dot_along(tail, axis)


def _contiguous(x, axis):
    """Tell whether neighbours along ``axis`` are neighbours in memory."""
    return x.strides[axis] == x.itemsize


def _plain(factors, axis, shape):
    """Sum a product in one go, with what is fastest there.

    Products with ``einsum``, not ``vecdot``, which conjugates and so breaks the complex step.
    """
    if len(factors) == 1 and not _contiguous(factors[0], axis):
        return np.add.reduce(factors[0], axis=axis).reshape(shape)
    index = list(range(factors[0].ndim))
    operands = [part for x in factors for part in (x, index)]
    return np.einsum(*operands, index[:axis] + index[axis + 1 :]).reshape(shape)


def few_classes(z, axes):
    """Tell whether z has so short rows, and so many, that it is faster with the classes first.

    NumPy pays for each row that it broadcasts; with the classes first, for each class.
    """
    return z.size >= MANY_NUMBERS and z.shape[-1] <= FEW_CLASSES and axes == (z.ndim - 1,)


def fill_in_pieces(kernel, *inputs, axes, **options):
    """Return ``kernel(*inputs, axes, out, **options)``, for a large result piece by piece.

    A kernel writes to ``out``, an array like its last input, or to a new one if that is None. A
    piece lies in one stretch: scattered over a large array, it would crowd a part of the cache.
    """
    last = inputs[-1]
    if last.nbytes <= PIECE:
        return kernel(*inputs, axes, None, **options)
    out = np.empty_like(last)
    for part in blocks(out.shape, range(min(axes, default=0), out.ndim), PIECE // out.itemsize):
        kernel(*(x[part] for x in inputs), axes, out[part], **options)
    return out


def few_first(kernel, z, out, size=FEW_BLOCK):
    """Write ``kernel(block)`` to each block of ``out``; a block is a copy with classes in front."""
    z, out = np.moveaxis(z, -1, 0), np.moveaxis(out, -1, 0)
    for part in blocks(z.shape, (0,), size):
        out[part] = kernel(z[part].copy(order="C"))


def blocks(shape, axes, most=BLOCK) -> Iterator[tuple[slice, ...]]:
    """Cut an array into blocks of whole rows along ``axes``, across its other axes in turn."""
    steps, size = [max(1, n) for n in shape], prod(shape)
    for axis in range(len(shape)):
        if axis not in axes and size > most:
            one = size // shape[axis]
            steps[axis] = max(1, most // one)
            size = one * steps[axis]
    cuts = (range(0, n, step) for n, step in zip(shape, steps, strict=True))
    for starts in product(*cuts):
        yield tuple(slice(i, i + step) for i, step in zip(starts, steps, strict=True))
