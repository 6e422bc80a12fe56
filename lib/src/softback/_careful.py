"""The rules with care for range and digits, where a formula of the book would lose them.

Arrays are checked, not empty and in the precision to compute in; ``axes`` are indices from 0, and
the caller has silenced NumPy's warnings. Results go to ``out``, or to a new array if that is None.
"""

import cmath
from math import log, prod

import numpy as np

from softback._fast.sums import row_dot, row_sum


def finite(x):
    """Tell whether all of ``x`` is finite; squares that overflow make it say no as well."""
    return cmath.isfinite(np.vdot(x, x))


def shift(z, axes, out=None, temperature=1.0):
    """Return (z - max z) / T: 0 for the largest logits, negative for others."""
    if temperature == 1:
        return np.subtract(z, np.maximum.reduce(z, axis=axes, keepdims=True), out=out)
    if np.isinf(temperature):
        z, temperature = np.where(z.real == -np.inf, z, z * 0), 1
    # Halves, because the difference of two huge logits overflows where its T-th part does not.
    half = z * 0.5 if temperature > 1 else z
    s = np.subtract(half, np.maximum.reduce(half, axis=axes, keepdims=True), out=out)
    divisor = temperature * 0.5 if temperature > 1 else temperature
    wide = np.result_type(s, np.float64)
    return np.divide(s, divisor, out=s, dtype=wide, casting="same_kind")


def softmax(z, axes, out=None, temperature=1.0):
    """Return exp(s) / sum(exp(s)) with s = (z - max z) / T."""
    y = shift(z, axes, out, temperature)
    np.exp(y, out=y)
    y /= row_sum(y, axes)
    return y


def log_softmax(z, axes, out=None, temperature=1.0):
    """Return s - log(sum(exp(s))) with s = (z - max z) / T."""
    logy = shift(z, axes, out, temperature)
    e = np.exp(logy)
    logy -= log_total(e, row_sum(e, axes), axes)
    return logy


def logsumexp(z, axes, out=None):
    """Return log(sum(exp(z))), its axes kept; an infinite maximum is the answer itself.

    To ``out`` go the exponentials.
    """
    if z.dtype == np.float16:
        z, out = z.astype(np.float32), None
    top = np.maximum.reduce(z, axis=axes, keepdims=True)
    e = np.subtract(z, top, out=out)
    np.exp(e, out=e)
    return np.where(np.isinf(top), top, top + log_total(e, row_sum(e, axes), axes))


def log_total(e, total, axes):
    """Return log(total), total being the sum of the shifted exponentials ``e``, to its last digits.

    Where the largest term, 1, makes up much of a sum it would round the others away: there it stays
    out of the sum, comes back through log1p, and ``total`` itself is written anew.
    """
    logs = np.log(total)
    close = total.real < 1.5
    if np.count_nonzero(close):
        if axes == (0,):
            terms = e.reshape(len(e), -1).compress(close.ravel(), axis=1)
        else:
            last = e if axes == (e.ndim - 1,) else np.moveaxis(e, axes, range(-len(axes), 0))
            terms = last[close.squeeze(axes)]
            terms = np.ascontiguousarray(terms.reshape(len(terms), -1).T)
        # Complex terms can cancel, so that a sum is close to 1 though several of its terms are 1.
        more = np.add.reduce(terms == 1, axis=0) - 1 if terms.dtype.kind == "c" else 0
        terms[terms == 1] = 0
        rest = row_sum(terms, (0,))[0] + more
        logs[close], total[close] = np.log1p(rest), 1 + rest
    return logs


def softmax_vjp(y, g, axes, out=None, scale=1.0):
    """Return y * (g - sum(g * y)), the mean subtracted twice; 0 where y is 0 and g infinite."""
    dz = np.subtract(g, row_dot(g, y, axes), out=out)
    second = row_dot(dz, y, axes)
    dz -= second
    dz *= y
    if scale != 1:
        dz /= scale
    elif not np.isfinite(second).all():
        # Classes with y = 0 are left out, and quarters keep differences from overflowing.
        dz = softmax_vjp(y, np.where(y == 0, 0, g * 0.25), axes, out, 0.25)
    return dz


def log_softmax_vjp(logy, g, axes, out=None):
    """Return g - y * sum(g), also where the sum overflows or y is nearly 1."""
    total, scale = row_sum(g, axes), 1.0
    if not np.isfinite(total).all():
        scale = 0.5 ** prod(g.shape[a] for a in axes).bit_length()
        g = g * scale
        total = row_sum(g, axes)
    dz = np.exp(logy, out=out)
    dz *= -total
    dz += g
    dz = keep_sure(dz, logy, g, axes)
    if scale != 1:
        dz /= scale
    return dz


def keep_sure(dz, logy, g, axes):
    """Return ``dz`` = g - y sum(g), written anew where y > 1/2: g (1 - y) - y (sum of the other g).

    1 - y is -expm1(log y), which has digits where 1 - exp(log y) has none. Of probabilities, one
    in a row can be so large; of complex numbers many, and those are left as they are.
    """
    dz, flat = np.asarray(dz), np.flatnonzero(logy.real > -log(2))  # far faster than nonzero
    if dz.ndim and 0 < flat.size <= dz.size // prod(dz.shape[a] for a in axes):
        sure = np.unravel_index(flat, dz.shape)
        # The rows of these alone, as ordinary input has few; the axis of length 1 is for one row.
        others = [a for a in range(g.ndim) if a not in axes]
        rows = g[None].transpose(0, *(a + 1 for a in (*others, *axes)))
        rest = rows[0 * flat, *(sure[a] for a in others)]
        rest[np.arange(flat.size), *(sure[a] for a in axes)] = 0
        less, total = -np.expm1(logy[sure]), row_sum(rest.reshape(flat.size, -1), (1,))[:, 0]
        dz[sure] = g[sure] * less - (1 - less) * total
    return dz
