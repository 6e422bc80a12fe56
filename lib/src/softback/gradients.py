"""Jacobians of the softmax family, and their products with a vector from either side.

A ``vjp`` pulls an upstream gradient ``g`` back through a function, a ``jvp`` pushes a tangent ``v``
forward. Both take what the forward pass returned, and neither builds a C x C matrix.
"""

from __future__ import annotations

from math import prod

import numpy as np

from softback import _arguments, _careful, _cross_entropy, formulas
from softback._fast import blocks
from softback._fast.sums import is_small, row_dot
from softback._types import Array, ArrayLike, Axis, Mask, Numbers


def softmax_vjp(y: ArrayLike, g: ArrayLike, axis: Axis = -1, *, temperature: float = 1.0) -> Array:
    """Pull dL/dy back to dL/dz = y * (g - sum(g * y)) / T. It needs the output y, not the logits.

    Derived in the chapters vector-jacobian-product (eq-vjp, eq-tempered-vjp, eq-twice), any-axis
    (eq-matrix-vjp) and in-code (eq-double-pullback).

    Parameters
    ----------
    y : array_like, shape (..., C, ...)
        Probabilities: `softback.softmax` of the logits. They must sum to one along ``axis``, to a
        few eps; for other y the forms of the rule differ.
    g : array_like, shape of y
        Upstream gradient dL/dy.
    axis : int, tuple of ints or None
        The axis that sums to one.
    temperature : float
        The T that the softmax was given.

    Returns
    -------
    ndarray, shape of y
        dL/dz. It sums to 0 along ``axis``. Where y is 0 it is 0, even if g is infinite.

    Raises
    ------
    TypeError
        If y or g do not hold numbers, ``temperature`` is not a real number or ``axis`` is not an
        integer, a tuple or None.
    ValueError
        If the shapes differ or ``temperature`` is not above 0.
    numpy.exceptions.AxisError
        If ``axis`` is out of bounds.

    See Also
    --------
    softmax_jacobian : the matrix of which this is the product.

    Notes
    -----
    The weighted mean of g is subtracted twice. Were all numbers exact, y included, the second one
    would be 0; in floating point it removes most of what rounding left of the first, in the sum of
    y as well. In float32 and wider, for finite g, no array but the result has the size of y.

    Examples
    --------
    >>> softmax_vjp([0.25, 0.75], [1.0, 0.0])
    array([ 0.1875, -0.1875])
    """
    y, g, axes, dtype = _arguments.pair(y, g, "y", "g", axis)
    temperature = _arguments.positive(temperature, "temperature")
    if temperature == 1 and y.dtype is dtype and is_small(y, axes):  # the shortest way
        quietly = _arguments.quietly()
        dz = quietly(formulas.softmax_vjp_twice, y, g, axes)
        if quietly(_careful.finite, dz):
            return dz
    with _arguments.quiet():
        dz = blocks.by_cache(_careful.softmax_vjp, y, g, axes=axes)
        return _over_temperature(dz, temperature, dtype)


def softmax_jvp(y: ArrayLike, v: ArrayLike, axis: Axis = -1, *, temperature: float = 1.0) -> Array:
    """Push a tangent v of the logits forward to dy = y * (v - sum(v * y)) / T.

    The Jacobian is symmetric, so this is `softmax_vjp`. Derived in the chapters
    vector-jacobian-product (eq-jvp) and cross-entropy (eq-cooling).

    Parameters
    ----------
    y : array_like, shape (..., C, ...)
        Probabilities: `softback.softmax` of the logits. They must sum to one along ``axis``, to a
        few eps; for other y the forms of the rule differ.
    v : array_like, shape of y
        Tangent: a direction in which the logits move.
    axis : int, tuple of ints or None
        The axis that sums to one.
    temperature : float
        The T that the softmax was given.

    Returns
    -------
    ndarray, shape of y
        How y moves. It sums to 0 along ``axis``.

    Raises
    ------
    TypeError
        If y or v do not hold numbers, ``temperature`` is not a real number or ``axis`` is not an
        integer, a tuple or None.
    ValueError
        If the shapes differ or ``temperature`` is not above 0.
    numpy.exceptions.AxisError
        If ``axis`` is out of bounds.
    """
    y, v = _arguments.alike(y, v, "y", "v")
    return softmax_vjp(y, v, axis, temperature=temperature)


def softmax_jacobian(y: ArrayLike, axis: int = -1, *, temperature: float = 1.0) -> Array:
    """Write out dy_i/dz_j = y_i (delta_ij - y_j) / T, a C x C matrix for each row.

    Derived in the chapters quotient-rule (eq-slope) and jacobian (eq-jacobian). For its product
    with a vector call `softmax_vjp`: C numbers in place of C * C.

    Parameters
    ----------
    y : array_like, shape (..., C, ...)
        Probabilities. They must sum to one along ``axis``, to a few eps; for other y the forms of
        the rule differ.
    axis : int
        The axis that sums to one.
    temperature : float
        The T that the softmax was given.

    Returns
    -------
    ndarray, shape of y without ``axis``, then (C, C)
        Output index first, then input index. Symmetric; rows and columns sum to 0.

    Raises
    ------
    TypeError
        If y does not hold numbers, ``axis`` is not one integer, or ``temperature`` is not a real
        number.
    ValueError
        If y is 0-d or ``temperature`` is not above 0.
    numpy.exceptions.AxisError
        If ``axis`` is out of bounds.

    Notes
    -----
    The diagonal y_i (1 - y_i) is computed as the sum of the other entries of its row, which keeps
    its digits where y_i is near 1.

    Examples
    --------
    >>> softmax_jacobian([0.25, 0.75])
    array([[ 0.1875, -0.1875],
           [-0.1875,  0.1875]])
    """
    y = _arguments.as_numbers(y, "y")
    rows = np.moveaxis(_arguments.working(y), _arguments.one_axis(y, axis, "y"), -1)
    with _arguments.quiet():
        jacobian = rows[..., :, None] * rows[..., None, :]
        np.subtract(0, jacobian, out=jacobian)  # and not -jacobian, whose zeros print as -0
        diagonal = np.einsum("...ii->...i", jacobian)
        diagonal[...] = 0
        diagonal[...] = -jacobian.sum(axis=-1)
        return _over_temperature(jacobian, temperature, y.dtype)


def softmax_full_jacobian(y: ArrayLike, axis: int = -1, *, temperature: float = 1.0) -> Array:
    """Write out every dy[a]/dz[b] of an array softmaxed along ``axis``: four indices for a matrix.

    Derived in the chapter any-axis (eq-four-indices). It is there to be looked at: for N rows,
    N - 1 of N blocks are zero.

    Parameters
    ----------
    y : array_like
        Probabilities. They must sum to one along ``axis``, to a few eps; for other y the forms of
        the rule differ.
    axis : int
        The axis that sums to one.
    temperature : float
        The T that the softmax was given.

    Returns
    -------
    ndarray, shape y.shape + y.shape
        Zero wherever the two positions differ in another index than that of ``axis``.

    Raises
    ------
    TypeError
        If y does not hold numbers, ``axis`` is not one integer, or ``temperature`` is not a real
        number.
    ValueError
        If y is 0-d or ``temperature`` is not above 0.
    numpy.exceptions.AxisError
        If ``axis`` is out of bounds.
    """
    y = _arguments.as_numbers(y, "y")
    jacobians = softmax_jacobian(y, axis, temperature=temperature)
    rows = jacobians.shape[:-2]
    same_row = np.eye(prod(rows), dtype=bool).reshape(*rows, *rows, 1, 1)
    full = np.where(same_row, jacobians, 0)
    axis = _arguments.one_axis(y, axis, "y")
    return np.moveaxis(full, (-2, -1), (axis, y.ndim + axis)).copy()


def log_softmax_vjp(
    logy: ArrayLike, g: ArrayLike, axis: Axis = -1, *, temperature: float = 1.0, where: Mask = None
) -> Array:
    """Pull dL/d(log y) back to dL/dz = (g - y * sum(g)) / T. It needs the output log y.

    Derived in the chapter vector-jacobian-product (eq-log-vjp).

    Parameters
    ----------
    logy : array_like, shape (..., C, ...)
        Log-probabilities: `softback.log_softmax` of the logits. The y must sum to one along
        ``axis``, to a few eps; for other y the forms of the rule differ.
    g : array_like, shape of logy
        Upstream gradient dL/d(log y).
    axis : int, tuple of ints or None
        The axis whose probabilities sum to one.
    temperature : float
        The T that the log-softmax was given.
    where : array_like of bool, optional
        The classes that the log-softmax was allowed. Elsewhere g is ignored and the result is 0.

    Returns
    -------
    ndarray, shape of logy
        dL/dz. It sums to 0 along ``axis``.

    Raises
    ------
    TypeError
        If logy or g do not hold numbers, ``where`` does not hold booleans, ``temperature`` is not a
        real number or ``axis`` is not an integer, a tuple or None.
    ValueError
        If the shapes do not fit or ``temperature`` is not above 0.
    numpy.exceptions.AxisError
        If ``axis`` is out of bounds.
    """
    logy, g, axes, dtype = _arguments.pair(logy, g, "logy", "g", axis, where)
    with _arguments.quiet():
        dz = formulas.log_softmax_vjp(logy, g, axes) if is_small(g, axes) else None
        if dz is None or not _careful.finite(dz):
            dz = blocks.by_cache(_careful.log_softmax_vjp, logy, g, axes=axes)
        else:
            dz = _careful.keep_sure(dz, logy, g, axes)
        return _over_temperature(dz, temperature, dtype, where)


def log_softmax_jvp(
    logy: ArrayLike, v: ArrayLike, axis: Axis = -1, *, temperature: float = 1.0, where: Mask = None
) -> Array:
    """Push a tangent v of the logits forward to d(log y) = (v - sum(v * y)) / T.

    Derived in the chapter log-trick (eq-log-slope). Its matrix is not symmetric, so this is not
    `log_softmax_vjp`.

    Parameters
    ----------
    logy : array_like, shape (..., C, ...)
        Log-probabilities: `softback.log_softmax` of the logits. The y must sum to one along
        ``axis``, to a few eps; for other y the forms of the rule differ.
    v : array_like, shape of logy
        Tangent: a direction in which the logits move.
    axis : int, tuple of ints or None
        The axis whose probabilities sum to one.
    temperature : float
        The T that the log-softmax was given.
    where : array_like of bool, optional
        The classes that the log-softmax was allowed. Elsewhere v is ignored and the result is 0.

    Returns
    -------
    ndarray, shape of logy
        How log y moves. Its mean, weighted by y, is 0.

    Raises
    ------
    TypeError
        If logy or v do not hold numbers, ``where`` does not hold booleans, ``temperature`` is not a
        real number or ``axis`` is not an integer, a tuple or None.
    ValueError
        If the shapes do not fit or ``temperature`` is not above 0.
    numpy.exceptions.AxisError
        If ``axis`` is out of bounds.
    """
    logy, v, axes, dtype = _arguments.pair(logy, v, "logy", "v", axis, where)
    with _arguments.quiet():
        y = np.exp(logy)
        d = v - _mean(y, v, axes)
        d -= _mean(y, d, axes)
        return _over_temperature(d, temperature, dtype, where)


def log_softmax_jacobian(logy: ArrayLike, axis: int = -1, *, temperature: float = 1.0) -> Array:
    """Write out d(log y_i)/dz_j = (delta_ij - y_j) / T, a C x C matrix for each row.

    Derived in the chapter log-trick (eq-log-slope).

    Parameters
    ----------
    logy : array_like, shape (..., C, ...)
        Log-probabilities. The y must sum to one along ``axis``, to a few eps; for other y the forms
        of the rule differ.
    axis : int
        The axis whose probabilities sum to one.
    temperature : float
        The T that the log-softmax was given.

    Returns
    -------
    ndarray, shape of logy without ``axis``, then (C, C)
        Output index first, then input index. Rows sum to 0, columns do not.

    Raises
    ------
    TypeError
        If logy does not hold numbers, ``axis`` is not one integer, or ``temperature`` is not a
        real number.
    ValueError
        If logy is 0-d or ``temperature`` is not above 0.
    numpy.exceptions.AxisError
        If ``axis`` is out of bounds.
    """
    logy = _arguments.as_numbers(logy, "logy")
    rows = np.moveaxis(_arguments.working(logy), _arguments.one_axis(logy, axis, "logy"), -1)
    with _arguments.quiet():
        jacobian = np.repeat(0 - np.exp(rows)[..., None, :], rows.shape[-1], axis=-2)
        np.einsum("...ii->...i", jacobian)[...] = -np.expm1(rows)
        return _over_temperature(jacobian, temperature, logy.dtype)


def logsumexp_vjp(y: ArrayLike, g: ArrayLike, axis: Axis = -1) -> Array:
    """Pull dL/d(logsumexp) back to dL/dz = g y: softmax is the gradient of log-sum-exp.

    Derived in the chapter log-trick (eq-lse-slope).

    Parameters
    ----------
    y : array_like, shape (..., C, ...)
        Probabilities: `softback.softmax` of the same logits. They must sum to one along ``axis``,
        to a few eps; for other y the forms of the rule differ.
    g : array_like, shape of y without ``axis``
        Upstream gradient, one number for each row.
    axis : int, tuple of ints or None
        The axis along which log-sum-exp was taken.

    Returns
    -------
    ndarray, shape of y
        dL/dz.

    Raises
    ------
    TypeError
        If y or g do not hold numbers, or ``axis`` is not an integer, a tuple or None.
    ValueError
        If g does not have the shape of y without ``axis``.
    numpy.exceptions.AxisError
        If ``axis`` is out of bounds.
    """
    y, g = _arguments.as_numbers(y, "y"), _arguments.as_numbers(g, "g")
    axes = _arguments.axes_of(y, axis)
    kept = tuple(n for a, n in enumerate(y.shape) if a not in axes)
    if g.shape != kept:
        raise ValueError(f"g has shape {g.shape}; it must have y's without the axis: {kept}")
    with _arguments.quiet():
        return np.expand_dims(g, axes) * y


def logsumexp_jvp(y: ArrayLike, v: ArrayLike, axis: Axis = -1) -> Numbers:
    """Push a tangent v of the logits forward to d(logsumexp) = sum(v * y), a weighted mean.

    Derived in the chapter log-trick (eq-lse-slope).

    Parameters
    ----------
    y : array_like, shape (..., C, ...)
        Probabilities: `softback.softmax` of the same logits. They must sum to one along ``axis``,
        to a few eps; for other y the forms of the rule differ.
    v : array_like, shape of y
        Tangent: a direction in which the logits move.
    axis : int, tuple of ints or None
        The axis along which log-sum-exp was taken.

    Returns
    -------
    ndarray or scalar, shape of y without ``axis``
        How the log-sum-exp moves.

    Raises
    ------
    TypeError
        If y or v do not hold numbers, or ``axis`` is not an integer, a tuple or None.
    ValueError
        If the shapes differ.
    numpy.exceptions.AxisError
        If ``axis`` is out of bounds.
    """
    y, v, axes, dtype = _arguments.pair(y, v, "y", "v", axis)
    with _arguments.quiet():
        mean = _mean(y, v, axes).squeeze(axes)
        return _arguments.finished(mean, mean.shape, dtype)


def cross_entropy_and_grad(
    z: ArrayLike, t: ArrayLike, axis: int = -1, *, reduction: str = "mean",
    label_smoothing: float = 0.0, ignore_index: int = -100, weight: ArrayLike | None = None,
) -> tuple[Numbers, Array]:  # fmt: skip
    """Return the cross entropy of targets ``t`` and its gradient y * sum(t) - t, in one pass.

    Derived in the chapter cross-entropy (eq-gradient, eq-shortcut, eq-distillation,
    eq-mean-gradient).

    Parameters
    ----------
    z : array_like, shape (..., C, ...)
        Logits.
    t : array_like
        Class indices, or one target for each class.
    axis : int
        The axis of the C classes.
    reduction : {"mean", "sum", "none"}
        How the rows become one loss.
    label_smoothing : float
        e in [0, 1]: the targets become (1 - e) t + e / C.
    ignore_index : int
        A class index whose rows count for nothing: loss 0, gradient 0, whatever z holds there.
    weight : array_like, shape (C,), optional
        A factor for each class.

    Returns
    -------
    loss : ndarray or scalar
        As `softback.cross_entropy` returns it.
    dz : ndarray, same shape and precision as z
        The gradient of the loss; for "none", that of the sum of the losses.

    Raises
    ------
    TypeError, IndexError, ValueError, numpy.exceptions.AxisError
        As `softback.cross_entropy` does.

    Notes
    -----
    At the target y - 1 is computed as expm1(log y), which keeps its digits as y approaches 1.
    Besides dz it works in blocks of whole rows; only a small array, a single long row or float16
    needs more of the size of z.

    Examples
    --------
    >>> loss, dz = cross_entropy_and_grad([0.0, np.log(3.0)], 1)
    >>> dz
    array([ 0.25, -0.25])
    """
    z = _arguments.as_numbers(z, "z")
    task = _cross_entropy.problem(z, t, axis, reduction, label_smoothing, ignore_index, weight)
    with _arguments.quiet():
        loss, dz = _cross_entropy.evaluate(task, grad=True)
        return loss.astype(z.dtype, copy=False)[()], dz.astype(z.dtype, copy=False)


def cross_entropy_hessian(y: ArrayLike, axis: int = -1) -> Array:
    """Write out d2L/dz_i dz_j of a row's cross entropy: the Jacobian of softmax once more.

    It is that of the unreduced, unweighted loss with targets that sum to one. Derived in the
    chapters cross-entropy (eq-hessian) and log-trick (eq-lse-hessian).

    Parameters
    ----------
    y : array_like, shape (..., C, ...)
        Probabilities: `softback.softmax` of the logits. They must sum to one along ``axis``, to a
        few eps; for other y the forms of the rule differ.
    axis : int
        The axis of the C classes.

    Returns
    -------
    ndarray, shape of y without ``axis``, then (C, C)
        Symmetric and positive semidefinite: the loss is convex in the logits.

    Raises
    ------
    TypeError
        If y does not hold numbers or ``axis`` is not one integer.
    ValueError
        If y is 0-d.
    numpy.exceptions.AxisError
        If ``axis`` is out of bounds.
    """
    return softmax_jacobian(y, axis)


def _mean(y, x, axes):
    """Return the mean of x weighted by y; a class with y = 0 adds 0, even if x is infinite."""
    mean = row_dot(x, y, axes)
    if np.isfinite(mean).all():
        return mean
    return row_dot(np.where(y == 0, 0, x), y, axes)


def _over_temperature(d, temperature, dtype, where=None):
    """Return d / T in the caller's precision, 0 where not allowed; float32 cannot hold every T."""
    temperature = _arguments.positive(temperature, "temperature")
    d = np.asarray(d) if where is None else np.where(where, d, 0)
    if temperature != 1:
        np.divide(d, temperature, out=d, dtype=np.result_type(d, np.float64), casting="same_kind")
    return _arguments.finished(d, d.shape, dtype)
