"""Sums along any axis: plain ones of small arrays, ones with small errors of all others."""

import numpy as np

# Up to here plain sums are exact enough and any other way costs more than it saves.
SMALL_SIZE = 100
SEQUENTIAL_TERMS = 10
# Terms of one running sum; along the contiguous axis, where einsum keeps several at a time if the
# processor can; and of one running dot: most users take a dot twice, which mends its rounding.
SUM_CHUNK = 8
CONTIGUOUS_CHUNK = 64
DOT_CHUNK = 128


def is_small(x, axes):
    """Tell whether the plain formula is as good for ``x`` along ``axes`` as the care of `large`.

    Along the contiguous axis NumPy adds in pairs, along others one term after the other.
    """
    if not 0 < x.size <= SMALL_SIZE:
        return False
    terms = 1
    for axis in axes:
        terms *= x.shape[axis] if x.strides[axis] != x.itemsize else 1
    return terms <= SEQUENTIAL_TERMS


def row_sum(x, axes):
    """Sum along ``axes`` and keep them, with a small error along any axis.

    Rows of probabilities were seen to sum to 1 within 4 eps. At worst, each chunk of terms and each
    level of chunks adds half as many eps as it has terms.
    """
    if is_small(x, axes):
        return np.add.reduce(x, axis=axes, keepdims=True)
    for axis in sorted(axes, reverse=True):
        x = _dot_along((x,), axis)
    return x


def row_dot(x, y, axes):
    """Sum the product x * y along ``axes`` and keep them, without writing a large product."""
    if not axes or is_small(x, axes):
        return np.add.reduce(x * y, axis=axes, keepdims=True)
    *others, last = sorted(axes)
    return row_sum(_dot_along((x, y), last), tuple(others))


def _dot_along(factors, axis):
    """Sum a product along one axis and keep it, chunk by chunk.

    The error of a running sum grows with its length, that of a sum of short sums hardly does.
    """
    x = factors[0]
    n, before, after = x.shape[axis], x.shape[:axis], x.shape[axis + 1 :]
    near = _contiguous(x, axis)
    chunk = DOT_CHUNK if len(factors) > 1 else CONTIGUOUS_CHUNK if near else SUM_CHUNK
    if n <= chunk:
        return _plain(factors, axis, (*before, 1, *after))
    whole = n // chunk
    others = (slice(None),) * axis
    head = [f[*others, : whole * chunk] for f in factors]
    tail = [f[*others, whole * chunk :] for f in factors]
    # Long steps through memory are fastest: chunks of neighbours, or else of terms far apart.
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
