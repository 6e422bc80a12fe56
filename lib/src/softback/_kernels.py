"""The arithmetic of softmax on checked arrays: `functions` and `_cross_entropy` stand on it.

``axes`` is a tuple of indices from 0, arrays are not empty and in the precision to compute in, and
the caller has silenced NumPy's warnings.
"""

import numpy as np

from softback._arrays import in_fast_layout, row_max, row_sum


def shifted(z, axes, temperature=1.0):
    """Return (z - max z) / T as a new array: 0 for the largest logits, negative for the others."""
    if temperature == 1:
        return z - row_max(z, axes)
    if np.isinf(temperature):
        return np.where(z.real == -np.inf, z, z * 0)
    # Halves, because the difference of two huge logits overflows where its T-th part does not.
    half = z * 0.5 if temperature > 1 else z
    s = half - row_max(half, axes)
    divisor = temperature * 0.5 if temperature > 1 else temperature
    np.divide(s, divisor, out=s, dtype=np.result_type(s, np.float64), casting="same_kind")
    return s


def log_total(e, total, axes):
    """Return log(total), total being the sum of the shifted exponentials ``e``, to its last digits.

    Where the largest term, 1, makes up much of a sum it would round the others away: there it stays
    out of the sum, comes back through log1p, and ``total`` itself is written anew.
    """
    logs = np.log(total)
    close = total.real < 1.5
    if close.any():
        last = e if axes == (e.ndim - 1,) else np.moveaxis(e, axes, range(-len(axes), 0))
        rows = np.ascontiguousarray(last[close.squeeze(axes)])
        rows = rows.reshape(len(rows), -1)
        rows[np.arange(len(rows)), rows.argmax(axis=1)] = 0
        rest = row_sum(rows, (1,))[:, 0]
        logs[close], total[close] = np.log1p(rest), 1 + rest
    return logs


def logsumexp(z, axes):
    """Return log(sum(exp(z))), its axes kept; an infinite maximum is the answer itself."""
    m = row_max(z, axes)
    e = z - m
    np.exp(e, out=e)
    return np.where(np.isinf(m), m, m + log_total(e, row_sum(e, axes), axes))


def softmax(z, axes, temperature=1.0):
    """Return exp(s) / sum(exp(s)) with s = (z - max z) / T."""

    def kernel(z, axes):
        y = shifted(z, axes, temperature)
        np.exp(y, out=y)
        y /= row_sum(y, axes)
        return y

    return in_fast_layout(kernel, z, axes)


def log_softmax(z, axes, temperature=1.0):
    """Return s - log(sum(exp(s))) with s = (z - max z) / T."""

    def kernel(z, axes):
        logy = shifted(z, axes, temperature)
        e = np.exp(logy)
        logy -= log_total(e, row_sum(e, axes), axes)
        return logy

    return in_fast_layout(kernel, z, axes)
