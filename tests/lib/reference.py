"""The right answers, in 400 digits: softmax and its family for one row, from the definitions.

Inputs are taken at their exact value, so what is measured against these numbers is the error of the
code alone. Rows are lists of `mpmath` numbers.
"""

from functools import cache

import numpy as np
from mpmath.ctx_mp import MPContext

EXACT = MPContext()
EXACT.dps = 400

# Beyond double precision where the platform has it, to look at an error from close by.
WIDE = np.longdouble


def exact(x):
    """Return one real number of any NumPy precision as an `mpmath` number, without rounding."""
    return row([x])[0]


def row(values):
    """Return a row of real numbers as a list of `mpmath` numbers, without rounding."""
    values = np.asarray(values, WIDE)
    high = np.float64(values)
    low = np.float64(np.subtract(values, high, out=np.zeros_like(values), where=np.isfinite(high)))
    return [EXACT.mpf(a) + b for a, b in zip(high.tolist(), low.tolist(), strict=True)]


@cache
def powers(z, temperature):
    """Return exp((z_i - max z) / T), and their sum."""
    top = max(z)
    e = [EXACT.exp((x - top) / temperature) for x in z]
    return e, EXACT.fsum(e)


def logsumexp(z):
    """Return log(sum(exp(z)))."""
    return max(z) + EXACT.log(powers(tuple(z), 1)[1])


def log_softmax(z, temperature=1):
    """Return log(exp(z_i / T) / sum(exp(z / T)))."""
    scaled = [x / temperature for x in z]
    total = logsumexp(scaled)
    return [x - total for x in scaled]


def softmax(z, temperature=1):
    """Return exp(z_i / T) / sum(exp(z / T))."""
    e, total = powers(tuple(z), temperature)
    return [x / total for x in e]


def cross_entropy(z, t):
    """Return -sum(t log y), where 0 log 0 is 0, and its gradient y sum(t) - t."""
    logy, total = log_softmax(z), EXACT.fsum(t)
    loss = -EXACT.fsum(q * p for q, p in zip(t, logy, strict=True) if q)
    return loss, [y * total - q for y, q in zip(softmax(z), t, strict=True)]


def softmax_jacobian(y, temperature=1):
    """Return dy_i/dz_j, from the two cases i = j and i != j of the quotient rule."""
    others = [EXACT.fsum(y[:i] + y[i + 1 :]) for i in range(len(y))]
    return [
        [(y[i] * others[i] if i == j else -y[i] * y[j]) / temperature for j in range(len(y))]
        for i in range(len(y))
    ]


def softmax_vjp(y, g, temperature=1):
    """Return sum_i g_i dy_i/dz_j, which is y_j (g_j - sum(g y)) / T."""
    mean = EXACT.fsum(a * b for a, b in zip(y, g, strict=True))
    return [a * (b - mean) / temperature for a, b in zip(y, g, strict=True)]


def log_softmax_vjp(y, g, temperature=1):
    """Return sum_i g_i dlog(y_i)/dz_j, which is (g_j - y_j sum(g)) / T."""
    total = EXACT.fsum(g)
    return [(b - a * total) / temperature for a, b in zip(y, g, strict=True)]


def log_softmax_jvp(y, v, temperature=1):
    """Return sum_j dlog(y_i)/dz_j v_j, which is (v_i - sum(v y)) / T."""
    mean = EXACT.fsum(a * b for a, b in zip(y, v, strict=True))
    return [(b - mean) / temperature for b in v]


def one_hot(index, classes):
    """Return the targets of a class index."""
    return [EXACT.mpf(int(index == k)) for k in range(classes)]


def pieces(numbers):
    """Return exact numbers (a list of any depth) as an array with three float64 summands each."""
    if isinstance(numbers, list):
        return np.array([pieces(x) for x in numbers]).reshape(-1, *_shape(numbers)[1:], 3)
    parts = []
    for _ in range(3):
        parts.append(float(numbers))
        finite = np.isfinite(parts[-1])
        numbers = numbers - EXACT.mpf(parts[-1]) if finite else EXACT.mpf(0)
    return np.array(parts)


def _shape(numbers):
    return (len(numbers), *_shape(numbers[0])) if isinstance(numbers, list) else ()


def difference(got, want):
    """Return ``got`` minus exact numbers given as `pieces`, without cancellation."""
    first, second, third = (WIDE(part) for part in np.moveaxis(want, -1, 0))
    with np.errstate(invalid="ignore"):
        d = ((WIDE(got) - first) - second) - third
    return np.where(WIDE(got) == first, -second - third, d)


def error_in_eps(got, want, scale=None):
    """Return how far ``got`` is from exact numbers, in eps of its precision times ``scale``.

    Without ``scale`` the error is relative, to the smallest normal number at least.
    """
    kind = np.finfo(got.dtype)
    scale = np.abs(want[..., 0]) if scale is None else scale
    scale = np.maximum(WIDE(scale), WIDE(kind.tiny))
    return np.float64(np.abs(difference(got, want)) / (scale * WIDE(kind.eps)))
