"""The arithmetic of softmax on checked arrays: `functions` and `_cross_entropy` stand on it.

``axes`` is a tuple of indices from 0, arrays are not empty and in the precision to compute in, and
the caller has silenced NumPy's warnings.
"""

import numpy as np

from softback._arrays import count, in_fast_layout, row_dot, row_max, row_sum


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


def log_total(s, axes):
    """Return log(sum(exp(s))) for a shifted ``s``: the terms equal to 1 stay out of the sum."""
    e = np.exp(s)
    if axes == (s.ndim - 1,):  # the only axis along which argmax is fast
        top = s.argmax(axis=-1, keepdims=True)
        np.put_along_axis(e, top, np.take_along_axis(s, top, -1), -1)  # 0, or the row's nan
        return np.log1p(row_sum(e, axes))
    below = (s != 0).astype(s.dtype)
    rest = row_dot(e, below, axes=axes)
    tops = count(s.shape, axes) - row_sum(below, axes)
    return np.log(tops) + np.log1p(rest / tops)


def logsumexp(z, axes):
    """Return log(sum(exp(z))), its axes kept; an infinite maximum is the answer itself."""
    m = row_max(z, axes)
    return np.where(np.isinf(m), m, m + log_total(z - m, axes))


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
        logy -= log_total(logy, axes)
        return logy

    return in_fast_layout(kernel, z, axes)
