"""The arithmetic of softmax on checked arrays: `functions` and `_cross_entropy` stand on it.

``axes`` is a tuple of indices from 0, arrays are not empty and in the precision to compute in, and
the caller has silenced NumPy's warnings.
"""

import numpy as np

from softback._arrays import PIECE, few_classes, few_first, fill_in_pieces, row_max, row_sum


def shift(z, axes, out=None, temperature=1.0):
    """Return (z - max z) / T, in ``out`` or new: 0 for the largest logits, negative for others."""
    if temperature == 1:
        return np.subtract(z, row_max(z, axes), out=out)
    if np.isinf(temperature):
        z, temperature = np.where(z.real == -np.inf, z, z * 0), 1
    # Halves, because the difference of two huge logits overflows where its T-th part does not.
    half = z * 0.5 if temperature > 1 else z
    s = np.subtract(half, row_max(half, axes), out=out)
    divisor = temperature * 0.5 if temperature > 1 else temperature
    wide = np.result_type(s, np.float64)
    return np.divide(s, divisor, out=s, dtype=wide, casting="same_kind")


def log_total(e, total, axes):
    """Return log(total), total being the sum of the shifted exponentials ``e``, to its last digits.

    Where the largest term, 1, makes up much of a sum it would round the others away: there it stays
    out of the sum, comes back through log1p, and ``total`` itself is written anew.
    """
    logs = np.log(total)
    close = total.real < 1.5
    if close.any():
        rest = _without_largest(e, close, axes)
        logs[close], total[close] = np.log1p(rest), 1 + rest
    return logs


def _without_largest(e, close, axes):
    """Return the sums of some rows of ``e`` without their largest term, the only one that is 1."""
    if axes == (0,):
        terms = e.reshape(len(e), -1).compress(close.ravel(), axis=1)
    else:
        last = e if axes == (e.ndim - 1,) else np.moveaxis(e, axes, range(-len(axes), 0))
        terms = last[close.squeeze(axes)]
        terms = np.ascontiguousarray(terms.reshape(len(terms), -1).T)
    terms[terms == 1] = 0
    return row_sum(terms, (0,))[0]


def logsumexp(z, axes, out=None):
    """Return log(sum(exp(z))), its axes kept; an infinite maximum is the answer itself.

    The exponentials go to ``out``, which may be z, or to a new array.
    """
    m = row_max(z, axes)
    e = np.subtract(z, m, out=out)
    np.exp(e, out=e)
    return np.where(np.isinf(m), m, m + log_total(e, row_sum(e, axes), axes))


def softmax(z, axes, temperature=1.0):
    """Return exp(s) / sum(exp(s)) with s = (z - max z) / T."""
    return _filled(_softmax, z, axes, temperature)


def log_softmax(z, axes, temperature=1.0):
    """Return s - log(sum(exp(s))) with s = (z - max z) / T."""
    return _filled(_log_softmax, z, axes, temperature)


def _softmax(z, axes, out, temperature):
    y = shift(z, axes, out, temperature)
    np.exp(y, out=y)
    y /= row_sum(y, axes)
    return y


def _log_softmax(z, axes, out, temperature):
    logy = shift(z, axes, out, temperature)
    e = np.exp(logy)
    logy -= log_total(e, row_sum(e, axes), axes)
    return logy


def _filled(kernel, z, axes, temperature):
    """Return ``kernel(z, axes, out, temperature)``, computed in the layout that is fastest."""
    if not few_classes(z, axes):
        return fill_in_pieces(kernel, z, axes=axes, temperature=temperature)
    out = np.empty_like(z)
    few_first(lambda z: kernel(z, (0,), z, temperature), z, out, PIECE // 2 // z.itemsize)
    return out
