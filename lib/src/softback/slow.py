"""The textbook forms, on purpose slow or fragile. Each names its twin, and what it costs.

They are here to be read, timed and broken; nothing else in the library uses them. Like their twins
they let no warning escape, so where they break the result itself shows it.
"""

from __future__ import annotations

import numpy as np

from softback import _arguments, formulas
from softback._types import Array, ArrayLike, Axis, Numbers
from softback.functions import softmax
from softback.gradients import softmax_jacobian


def naive_softmax(z: ArrayLike, axis: Axis = -1) -> Array:
    """Return exp(z) / sum(exp(z)) as the definition says it, without a shift.

    Safe twin: `softback.softmax`. Derived in the chapter softmax (def-softmax).

    Parameters
    ----------
    z : array_like, shape (..., C, ...)
        Logits.
    axis : int, tuple of ints or None
        The axis that sums to one.

    Returns
    -------
    ndarray, same shape and precision as z
        nan in place of large probabilities where exp(z) overflows: from logits of 709.8 in float64,
        88.8 in float32 and 11.1 in float16. Also nan where all of a row underflows, at logits below
        -745.2 in float64. All of a row is 0 where only the sum overflows.

    Raises
    ------
    TypeError
        If z does not hold numbers.
    numpy.exceptions.AxisError
        If ``axis`` is out of bounds.
    """
    z = _arguments.as_numbers(z, "z")
    with _arguments.quiet():
        return formulas.softmax_unshifted(z, _arguments.axes_of(z, axis))


def naive_log_softmax(z: ArrayLike, axis: Axis = -1) -> Array:
    """Return the logarithm of softmax as two steps, a safe softmax and then a logarithm.

    Safe twin: `softback.log_softmax`. Derived in the chapter log-trick (eq-log-softmax).

    Parameters
    ----------
    z : array_like, shape (..., C, ...)
        Logits.
    axis : int, tuple of ints or None
        The axis whose probabilities sum to one.

    Returns
    -------
    ndarray, same shape and precision as z
        -inf where a logit is 746 or more below the largest. Near 0 the error relative to log y
        grows as eps / (1 - y): half of the digits are gone when one class leads by 18, all of them,
        and the result is 0, when it leads by 37.

    Raises
    ------
    TypeError
        If z does not hold numbers.
    numpy.exceptions.AxisError
        If ``axis`` is out of bounds.
    """
    with _arguments.quiet():
        return np.log(softmax(z, axis))


def naive_cross_entropy(z: ArrayLike, t: ArrayLike, axis: int = -1) -> Numbers:
    """Return the mean over the rows of -sum(t * log(softmax(z))), as the definition says it.

    Safe twin: `softback.cross_entropy`. Derived in the chapter cross-entropy (def-cross-entropy).

    Parameters
    ----------
    z : array_like, shape (..., C, ...)
        Logits.
    t : array_like, shape of z
        One target for each class.
    axis : int
        The axis of the C classes.

    Returns
    -------
    scalar
        0 when the target leads by 37 or more, inf when it trails by 746. nan where a target of 0
        meets a probability of 0: 0 times -inf.

    Raises
    ------
    TypeError
        If z or t do not hold numbers.
    ValueError
        If the shapes differ.
    numpy.exceptions.AxisError
        If ``axis`` is out of bounds.
    """
    z, t = _arguments.alike(z, t, "z", "t")
    with _arguments.quiet():
        return formulas.cross_entropy(softmax(z, axis), t, axis).mean()


def jacobian_loop(y: ArrayLike) -> Array:
    """Write dy_i/dz_j entry by entry, with one case for i = j and one for i != j.

    Fast twin: `softback.softmax_jacobian`. This one takes C * C turns of a Python loop, some
    tenths of a second for C = 1000. Derived in the chapter quotient-rule (eq-own-logit,
    eq-other-logit).

    Parameters
    ----------
    y : array_like, shape (C,)
        Probabilities. They must sum to one, to a few eps; for other y the forms of the rule differ.

    Returns
    -------
    ndarray, shape (C, C)
        Output index first. The diagonal y_i (1 - y_i) loses its digits where y_i is near 1.

    Raises
    ------
    TypeError
        If y does not hold numbers.
    ValueError
        If y is not one vector.
    """
    y = _arguments.as_numbers(y, "y")
    if y.ndim != 1:
        raise ValueError(f"y has shape {y.shape}; it must be one vector, shape (C,)")
    jacobian = np.empty((y.size, y.size), y.dtype)
    with _arguments.quiet():
        for i, j in np.ndindex(jacobian.shape):
            jacobian[i, j] = formulas.softmax_slope(y, i, j)
    return jacobian


def vjp_loop(y: ArrayLike, g: ArrayLike) -> Array:
    """Pull g back row by row, through the whole Jacobian of each row: g @ J.

    Fast twin: `softback.softmax_vjp`, which takes C numbers a row in place of C * C: at
    N = 64 and C = 100 a few thousand times as fast. Derived in the chapter
    vector-jacobian-product (def-pullback, eq-vjp).

    Parameters
    ----------
    y : array_like, shape (N, C)
        Probabilities, one row for each example. They must sum to one, to a few eps; for other y the
        forms of the rule differ.
    g : array_like, shape (N, C)
        Upstream gradient dL/dy.

    Returns
    -------
    ndarray, shape (N, C)
        dL/dz.

    Raises
    ------
    TypeError
        If y or g do not hold numbers.
    ValueError
        If the shapes differ or are not (N, C).
    """
    y, g = _arguments.alike(y, g, "y", "g")
    if y.ndim != 2:
        raise ValueError(f"y has shape {y.shape}; it must have rows of classes, shape (N, C)")
    dz = np.empty(y.shape, np.result_type(y, g))
    with _arguments.quiet():
        for n in range(len(y)):
            dz[n] = g[n] @ jacobian_loop(y[n])
    return dz


def vjp_batched_jacobian(y: ArrayLike, g: ArrayLike) -> Array:
    """Pull g back through the Jacobians of all rows at once, an array of N * C * C numbers.

    Fast twin: `softback.softmax_vjp`. No Python loop here, and yet at N = 256 and C = 1000 this
    one is thousands of times slower and takes 2 GB for each array of that size.

    Parameters
    ----------
    y : array_like, shape (..., C)
        Probabilities. They must sum to one, to a few eps; for other y the forms of the rule differ.
    g : array_like, shape of y
        Upstream gradient dL/dy.

    Returns
    -------
    ndarray, shape of y
        dL/dz.

    Raises
    ------
    TypeError
        If y or g do not hold numbers.
    ValueError
        If the shapes differ or y is 0-d.
    """
    y, g = _arguments.alike(y, g, "y", "g")
    with _arguments.quiet():
        return np.einsum("...i,...ij->...j", g, softmax_jacobian(y))


def vjp_elementwise_layer(y: ArrayLike, g: ArrayLike, axis: Axis = -1) -> Array:
    """Pull g back as layer classes often do: dz = y * g, then dz -= y * sum(dz).

    Safe twin: `softback.softmax_vjp`. It is the same rule with y multiplied out, and as fast;
    the difference is in the rounding. Derived in the chapter vector-jacobian-product
    (eq-layer-form).

    Parameters
    ----------
    y : array_like, shape (..., C, ...)
        Probabilities. They must sum to one along ``axis``, to a few eps; for other y the forms of
        the rule differ.
    g : array_like, shape of y
        Upstream gradient dL/dy.
    axis : int, tuple of ints or None
        The axis that sums to one.

    Returns
    -------
    ndarray, shape of y
        dL/dz. A constant c in g cancels only at the end: it leaves an error of about c eps.

    Raises
    ------
    TypeError
        If y or g do not hold numbers.
    ValueError
        If the shapes differ.
    numpy.exceptions.AxisError
        If ``axis`` is out of bounds.
    """
    y, g = _arguments.alike(y, g, "y", "g")
    with _arguments.quiet():
        return formulas.softmax_vjp_as_layer(y, g, _arguments.axes_of(y, axis))
