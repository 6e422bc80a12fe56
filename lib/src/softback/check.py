"""How a gradient is trusted: derivatives by differences, and the test of a vjp by inner products.

Everything runs in float64. In float32 the best central difference of a softmax is off by 1e-5, and
at most steps it is off by far more.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from softback import _arguments
from softback._types import Array, ArrayLike

Function = Callable[[Array], ArrayLike]
EPS = float(np.finfo(np.float64).eps)
# Each balances the truncation error with the rounding error of its difference; see the Notes of
# `numerical_jacobian`.
STEPS = {"forward": EPS ** (1 / 2), "central": EPS ** (1 / 3), "complex": 1e-20}
# What central differences must leave room for: truncation, relative to the derivative, and the
# rounding of f, in eps of 1 + |f|. The 1 is for a small f that is the difference of larger numbers.
TRUNCATION = 1e-6
ROUNDING = 10
# Beyond this, float64 numbers are too far apart for the steps of `check_vjp`.
LARGEST = 1e9


class GradientMismatch(AssertionError):
    """A vjp that is not the derivative of its function; the message says where and how far off."""


def numerical_jacobian(
    f: Function, z: ArrayLike, *, method: str = "central", step: float | None = None
) -> Array:
    """Estimate every df[a]/dz[b] by moving one number of z at a time.

    Derived in the chapters jacobian (def-jacobian) and in-code (eq-forward-step, eq-central-step,
    eq-complex-step), which says how far to trust it.

    Parameters
    ----------
    f : callable
        A function of one array; it gets a fresh copy each time. It must return float64, or for
        ``method="complex"`` complex numbers for complex ones.
    z : array_like, any shape
        Where to take the derivative. Real, finite and float64; integers become float64.
    method : {"central", "forward", "complex"}
        (f(z + h) - f(z - h)) / 2h, (f(z + h) - f(z)) / h, or Im f(z + ih) / h.
    step : float, optional
        The step h, by default eps**(1/3) = 6e-6, eps**(1/2) = 1.5e-8 and 1e-20.

    Returns
    -------
    ndarray, shape of f(z), then shape of z
        Output index first, then input index.

    Raises
    ------
    TypeError
        If z is not float64, f returns something else, or f drops the imaginary part.
    ValueError
        If ``method`` is unknown, ``step`` is not above 0, or z or f(z) hold inf or nan.

    Notes
    -----
    Rounding puts an error of about eps |f| / h into a difference. Truncation adds h |f''| / 2 to a
    forward one and h² |f'''| / 6 to a central one. Where f and its derivatives are of size 1 the
    sums are smallest near the default steps, and leave about 1e-8 and 1e-10 (Nocedal and Wright,
    *Numerical Optimization*, section 8.1). A complex step subtracts nothing, so its truncation
    error h² |f'''| / 6 can be made to vanish (Martins, Sturdza and Alonso 2003,
    https://doi.org/10.1145/838250.838251). It needs an analytic f: ``abs``, ``.real`` and
    ``np.linalg.norm`` drop the imaginary part, ``np.conj``, ``np.vdot`` and ``np.vecdot`` turn
    its sign.

    The steps do not grow with z, as those of general solvers do. Shifting all logits changes
    nothing, so how fast a softmax changes does not depend on how large they are. Only where z
    cannot take so small a step does h become the distance to its next float64.
    """
    if method not in _COLUMNS:
        raise ValueError(f"method is {method!r}; it must be one of {', '.join(_COLUMNS)}")
    z = _float64(z, "z")
    step = STEPS[method] if step is None else _arguments.positive(step, "step")
    y, column = _value(f, z), _COLUMNS[method]
    jacobian = np.empty(y.shape + z.shape)
    for index in np.ndindex(z.shape):
        jacobian[(..., *index)] = column(f, z, y, index, step)
    return jacobian


def check_vjp(f: Function, vjp: Function, z: ArrayLike, *, rng: np.random.Generator) -> None:
    """Return None if ``vjp`` pulls gradients back through f at z, and raise if it does not.

    A random cotangent g and a random tangent v must give <vjp(g), v> = <g, df/dv>, the right side
    by central differences: three evaluations of f, whatever the sizes. A wrong vjp passes by chance
    less than once in a hundred thousand times. Derived in the chapter in-code (eq-inner-products),
    which says which mistakes no such check can see.

    Parameters
    ----------
    f : callable
        A function of one array that returns float64; it gets a fresh copy each time.
    vjp : callable
        A function of g alone, an array of the shape of f(z), that returns an array of the shape of
        z. It is called twice, with a random g and with zeros. A layer that caches runs its forward
        pass inside: ``lambda g: (layer.forward(z), layer.backward(g))[1]``.
    z : array_like, any shape
        Where to check. Real, finite and float64; integers become float64. Logits of size 1 show
        most: a saturated softmax hides mistakes.
    rng : numpy.random.Generator
        Where g and v come from.

    Raises
    ------
    GradientMismatch
        If the two inner products differ; the message has both, and the entry of vjp(g) that is off
        most. Also if vjp(g) has the wrong shape or holds inf or nan, if vjp(0) is not 0, or if vjp
        writes to g.
    TypeError
        If ``rng`` is not a Generator, or z, f(z) or vjp(g) do not hold what they must.
    ValueError
        If z or f(z) hold inf or nan, or z numbers beyond 1e9, which cannot take small steps.

    Notes
    -----
    The two numbers may differ by 1e-6 of the sizes of their terms, and by the rounding of f, which
    is taken to be 10 eps (1 + |f|). The step of 6e-6 suits an f that changes over distances of 1,
    such as a softmax of temperature 0.01 or more.
    """
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng is {rng!r}; it must be a numpy.random.Generator")
    z = _float64(z, "z")
    if np.abs(z).max(initial=0) > LARGEST:
        raise ValueError(f"z reaches {np.abs(z).max():.3g}; it must stay within {LARGEST:.0e}")
    y = _value(f, z)
    g, v = rng.standard_normal(y.shape), rng.standard_normal(z.shape)
    dz = _pulled(vjp, g, z)
    analytic, numeric, allowed = _inner_products(f, z, y, g, v, dz)
    if abs(analytic - numeric) > allowed:
        raise GradientMismatch(_report(f, z, g, dz, analytic, numeric))
    if _pulled(vjp, np.zeros_like(g), z).any():
        raise GradientMismatch("vjp(0) is not 0; a vjp is linear in g, with nothing added to it")


def _float64(x, name):
    """Return ``x`` as finite float64 numbers, or say what it holds instead."""
    x = _arguments.as_numbers(x, name)
    if x.dtype != np.float64:
        raise TypeError(f"{name} holds {x.dtype}; differences need float64")
    _require_finite(x, name, ValueError)
    return x


def _value(f, z):
    """Return f of a copy of ``z`` as an array of its own, of finite float64 numbers."""
    return np.array(_float64(f(z.copy()), "f(z)"))


def _require_finite(x, name, error):
    """Raise ``error`` if ``x`` holds inf or nan, and say where."""
    bad = np.argwhere(~np.isfinite(x))
    if len(bad):
        index = tuple(bad[0].tolist())
        raise error(f"{name} is {x[index]}{_at(index)}; it must be finite")


def _at(index):
    """Return the words for a place in an array; a 0-d array has none."""
    return f" at [{', '.join(map(str, index))}]" if index else ""


def _step(z, step):
    """Return the step nearest to ``step`` that the number ``z`` can take without rounding."""
    return (z + max(step, np.spacing(abs(z)))) - z


def _central(f, z, y, index, step):
    up, down, h = z.copy(), z.copy(), _step(z[index], step)
    up[index] += h
    down[index] -= h
    return (_value(f, up) - _value(f, down)) / (up[index] - down[index])


def _forward(f, z, y, index, step):
    up = z.copy()
    up[index] += _step(z[index], step)
    return (_value(f, up) - y) / (up[index] - z[index])


def _complex(f, z, y, index, step):
    moved = z.astype(np.complex128)
    moved[index] += 1j * step
    y = np.asarray(f(moved))
    if y.dtype.kind != "c":
        loss = "it drops the imaginary part (abs, .real and norms do); use method='central'"
        raise TypeError(f"f returned {y.dtype} for complex z: {loss}")
    return y.imag / step


_COLUMNS = {"central": _central, "forward": _forward, "complex": _complex}


def _pulled(vjp, g, z):
    """Return ``vjp(g)`` as an array of its own, or raise if it cannot be a gradient of ``z``."""
    given = g.copy()
    dz = np.array(_arguments.as_numbers(vjp(given), "vjp(g)"))
    if not np.array_equal(given, g):
        raise GradientMismatch("vjp wrote to g; it must leave its argument as it is")
    if dz.shape != z.shape:
        raise GradientMismatch(f"vjp(g) has shape {dz.shape}, but z has shape {z.shape}")
    _require_finite(dz, "vjp(g)", GradientMismatch)
    return dz


def _inner_products(f, z, y, g, v, dz):
    """Return <dz, v>, <g, df/dv> and by how much they may differ."""
    h = STEPS["central"]
    moved = (z + h * v) - z  # what z can take, so that both steps have the same length
    change = (_value(f, z + moved) - _value(f, z - moved)) / 2
    left, right = dz * moved / h, g * change / h
    rounding = ROUNDING * EPS / h * (np.abs(g) * (1 + np.abs(y))).sum()
    allowed = TRUNCATION * (np.abs(left).sum() + np.abs(right).sum()) + rounding
    return left.sum(), right.sum(), allowed


def _report(f, z, g, dz, analytic, numeric):
    """Say by how much the inner products differ, and which entry of ``dz`` is off most."""
    expected = numerical_jacobian(lambda z: (g * f(z)).sum(), z)  # shape of z
    gap = np.abs(dz - expected)
    worst = tuple(int(i) for i in np.unravel_index(gap.argmax(), gap.shape))
    return (
        f"<vjp(g), v> is {analytic:.8g} (analytic), but <g, df/dv> is {numeric:.8g} (numeric). "
        f"Entry by entry, vjp(g) is off most{_at(worst)}: "
        f"{dz[worst]:.8g} (analytic) against {expected[worst]:.8g} (numeric), "
        f"off by {gap[worst]:.2g}"
    )
