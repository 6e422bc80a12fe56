"""What every public function does first and what every kernel needs: check, sum, lay out, cut."""

from collections.abc import Iterator
from math import prod
from numbers import Real

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

# Rows this short are faster with the classes first; longer ones pay more for the copy.
FEW_CLASSES = 64
MANY_NUMBERS = 4096
# Long enough to keep NumPy busy, short enough for a second-level cache.
BLOCK = 160_000
# Terms in one running sum, and in one running dot, whose users take it twice; along the contiguous
# axis einsum keeps many of them at a time.
CHUNK = 8
DOT_CHUNK = 128
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
    for axis in sorted(axes, reverse=True):
        paired = _contiguous(x, axis) and x.shape[axis] > EINSUM_TERMS
        if paired or x.size <= CHUNK:  # where NumPy's own sum pairs its terms, or costs least
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
    chunks = [f.reshape(*before, whole, chunk, *after) for f in head]
    total = _dot_along((_plain(chunks, axis + 1, (*before, whole, *after)),), axis)
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
    return axes == (z.ndim - 1,) and z.shape[-1] <= FEW_CLASSES and z.size >= MANY_NUMBERS


def in_fast_layout(kernel, z, axes):
    """Return ``kernel(z, axes)``, with few classes moved to the front, block by block."""
    if not few_classes(z, axes):
        return kernel(z, axes)
    rows, out = z.reshape(-1, z.shape[-1]), np.empty((z.size // z.shape[-1], z.shape[-1]), z.dtype)
    for part in blocks(rows.shape, (1,)):
        out[part] = kernel(np.ascontiguousarray(rows[part].T), (0,)).T
    return out.reshape(z.shape)


def blocks(shape, axes) -> Iterator[tuple[slice, ...]]:
    """Cut an array across its longest axis that is not in ``axes``, into blocks of whole rows."""
    kept = [a for a in range(len(shape)) if a not in axes]
    cut = max(kept, key=lambda a: shape[a], default=None)
    if cut is None or prod(shape) <= BLOCK:
        yield (slice(None),) * len(shape)
        return
    step = max(1, BLOCK * shape[cut] // prod(shape))
    for start in range(0, shape[cut], step):
        part = [slice(None)] * len(shape)
        part[cut] = slice(start, start + step)
        yield tuple(part)
