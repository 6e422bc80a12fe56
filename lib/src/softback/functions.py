"""Softmax and its family: log-sum-exp, softmax, log-softmax and cross entropy.

The shift by the maximum keeps every exponential at or below 1. In the logarithms the largest term
is left out of a small sum and comes back through ``log1p``, so that a probability near 1 keeps its
last digits (Blanchard, Higham and Higham 2021, https://doi.org/10.1093/imanum/draa038).
"""

from __future__ import annotations

import numpy as np

from softback import _arguments, _careful, _cross_entropy, formulas
from softback._fast import blocks
from softback._fast.sums import is_small
from softback._types import Array, ArrayLike, Axis, Mask, Numbers


def logsumexp(z: ArrayLike, axis: Axis = -1, *, keepdims: bool = False) -> Numbers:
    """Return log(sum(exp(z))) along ``axis``: a smooth maximum.

    Derived in the chapter log-trick (def-logsumexp, eq-lse-shift). Its gradient is softmax.

    Parameters
    ----------
    z : array_like, shape (..., C, ...)
        Logits.
    axis : int, tuple of ints or None
        The axis of the C classes; None takes them all.
    keepdims : bool
        Keep the reduced axes, with length 1.

    Returns
    -------
    ndarray or scalar, shape of z without ``axis``
        -inf for an empty axis or where every logit is -inf, inf where one is inf. Large arrays are
        worked through in blocks, so the extra memory stays a small part of that of z.

    Raises
    ------
    TypeError
        If z does not hold numbers or ``axis`` is not an integer, a tuple or None.
    numpy.exceptions.AxisError
        If ``axis`` is out of bounds.

    See Also
    --------
    softback.gradients.logsumexp_vjp : its gradient.

    Notes
    -----
    log C + max(z) bounds the result from above, max(z) from below. Complex logits continue it
    analytically: imaginary parts are not wrapped, infinities keep their phase.

    Examples
    --------
    >>> logsumexp([0.0, 0.0])
    np.float64(0.693147180559945...)
    """
    given = _arguments.as_numbers(z, "z")
    axes = _arguments.axes_of(given, axis)
    if not given.ndim:
        return np.reshape(logsumexp(given.reshape(1), keepdims=keepdims), ())[()]
    with _arguments.quiet():
        if 0 < given.size < blocks.MANY_NUMBERS:  # the shortest way
            out = _careful.logsumexp(given, axes)
        else:
            out = _logsumexp_in_blocks(given, axes)
    out = out if keepdims else out.squeeze(axes)
    return _arguments.finished(out, out.shape, given.dtype)


def softmax(
    z: ArrayLike, axis: Axis = -1, *, temperature: float = 1.0, where: Mask = None
) -> Array:
    """Turn logits into probabilities, exp(z / T) / sum(exp(z / T)), along ``axis``.

    Derived in the chapter softmax (def-softmax, def-temperature, eq-sum-to-one, eq-odds, eq-shift,
    eq-temperature).

    Parameters
    ----------
    z : array_like, shape (..., C, ...)
        Logits.
    axis : int, tuple of ints or None
        The axis that sums to one (PyTorch calls it ``dim``); None takes them all.
    temperature : float
        T > 0. Small values sharpen, large ones flatten; the limits (argmax, uniform) are reached.
    where : array_like of bool, optional
        Shape broadcasts to z. False marks classes that get probability 0, whatever their logit.

    Returns
    -------
    ndarray, same shape and precision as z
        Rows that hold nan or inf, or only -inf, are nan. Rows where ``where`` allows nothing
        are 0.

    Raises
    ------
    TypeError
        If z does not hold numbers, ``where`` does not hold booleans, ``temperature`` is not a real
        number or ``axis`` is not an integer, a tuple or None.
    ValueError
        If ``temperature`` is not above 0, or ``where`` does not broadcast to z.
    numpy.exceptions.AxisError
        If ``axis`` is out of bounds.

    See Also
    --------
    softback.gradients.softmax_vjp : its gradient.
    softback.slow.naive_softmax : the same without the shift.

    Examples
    --------
    >>> softmax([0.0, np.log(3.0)])
    array([0.25, 0.75])
    """
    given, z, axes, temperature, where = _checked(z, axis, temperature, where)
    if z is given and temperature == 1 and is_small(z, axes):  # the shortest way
        return _arguments.quietly()(formulas.softmax, z, axes)
    with _arguments.quiet():
        y = blocks.by_cache(_careful.softmax, z, axes=axes, temperature=temperature)
        y = y if where is None else np.where(where, y, 0)
        return _arguments.finished(y, given.shape, given.dtype)


def log_softmax(
    z: ArrayLike, axis: Axis = -1, *, temperature: float = 1.0, where: Mask = None
) -> Array:
    """Return the logarithm of softmax, to full relative precision, along ``axis``.

    Derived in the chapter log-trick (eq-log-softmax). It is not ``log(softmax(z))``, which loses
    small probabilities to underflow and probabilities near 1 to rounding.

    Parameters
    ----------
    z : array_like, shape (..., C, ...)
        Logits.
    axis : int, tuple of ints or None
        The axis whose probabilities sum to one; None takes them all.
    temperature : float
        T > 0, as in `softmax`.
    where : array_like of bool, optional
        Shape broadcasts to z. False marks classes of probability 0: their logarithm is -inf.

    Returns
    -------
    ndarray, same shape and precision as z
        Rows that hold nan or inf, or only -inf, are nan.

    Raises
    ------
    TypeError
        If z does not hold numbers, ``where`` does not hold booleans, ``temperature`` is not a real
        number or ``axis`` is not an integer, a tuple or None.
    ValueError
        If ``temperature`` is not above 0, or ``where`` does not broadcast to z.
    numpy.exceptions.AxisError
        If ``axis`` is out of bounds.

    See Also
    --------
    softback.gradients.log_softmax_vjp : its gradient.
    softback.slow.naive_log_softmax : the fragile composition.

    Notes
    -----
    With m the maximum and S the sum of exp(z - m), log y = (z - m) - log S. Where S is below 1.5,
    its logarithm is log1p of the sum without the largest term; above, nothing cancels.

    Examples
    --------
    >>> log_softmax([40.0, 0.0])
    array([-4.24835426e-18, -4.00000000e+01])
    """
    given, z, axes, temperature, where = _checked(z, axis, temperature, where)
    with _arguments.quiet():
        logy = blocks.by_cache(_careful.log_softmax, z, axes=axes, temperature=temperature)
        logy = logy if where is None else np.where(where, logy, -np.inf)
        return _arguments.finished(logy, given.shape, given.dtype)


def cross_entropy(
    z: ArrayLike, t: ArrayLike, axis: int = -1, *, reduction: str = "mean",
    label_smoothing: float = 0.0, ignore_index: int = -100, weight: ArrayLike | None = None,
) -> Numbers:  # fmt: skip
    """Return the cross entropy -sum(t * log softmax(z)) of targets ``t``, along ``axis``.

    Derived in the chapter cross-entropy (def-cross-entropy, eq-loss-by-logits, def-smoothing).

    Parameters
    ----------
    z : array_like, shape (..., C, ...)
        Logits.
    t : array_like
        Class indices from 0 to C - 1, integers of the shape of z without ``axis``; or one weight
        for each class (probabilities, as a rule), of the shape of z.
    axis : int
        The axis of the C classes.
    reduction : {"mean", "sum", "none"}
        "mean" divides by the number of rows; for class indices, by the sum of the weights of the
        classes that are not ignored.
    label_smoothing : float
        e in [0, 1]: the targets become (1 - e) t + e / C.
    ignore_index : int
        A class index whose rows count for nothing. It concerns class indices only.
    weight : array_like, shape (C,), optional
        A factor for each class.

    Returns
    -------
    ndarray or scalar
        A number, or for "none" the shape of z without ``axis``. A class of target 0 adds 0, even
        where its log-probability is -inf. The mean over no row is nan.

    Raises
    ------
    TypeError
        If z or t do not hold numbers, or if class indices, ``ignore_index`` or ``axis`` are not
        integers.
    IndexError
        If a class index is out of range; -1 is not the last class.
    ValueError
        If the shapes do not fit, ``reduction`` is unknown or ``label_smoothing`` outside [0, 1].
    numpy.exceptions.AxisError
        If ``axis`` is out of bounds.

    See Also
    --------
    softback.gradients.cross_entropy_and_grad : the loss and its gradient in one pass.

    Examples
    --------
    >>> cross_entropy([[0.0, np.log(3.0)]], [1])
    np.float64(0.2876820724517...)
    """
    z = _arguments.as_numbers(z, "z")
    task = _cross_entropy.problem(z, t, axis, reduction, label_smoothing, ignore_index, weight)
    with _arguments.quiet():
        return _cross_entropy.evaluate(task)[0].astype(z.dtype, copy=False)[()]


def _logsumexp_in_blocks(z, axes):
    """Return the log-sum-exp of an array of any size or none, its axes kept."""
    out = np.full([1 if a in axes else n for a, n in enumerate(z.shape)], -np.inf, z.dtype)
    if blocks.few_classes(z, axes):
        blocks.classes_first(_careful.logsumexp, z, out, blocks.FEW_BLOCK_NUMBERS)
    else:
        for part in blocks.cut(z.shape, axes):
            out[part] = _careful.logsumexp(z[part], axes)
    return out


def _checked(z, axis, temperature, where):
    """Check the arguments of softmax and log-softmax.

    Returned are the logits as given, and as they are computed with: -inf where not allowed.
    """
    given = _arguments.as_numbers(z, "z")
    axes = _arguments.axes_of(given, axis)
    z = _arguments.working(given)
    if not z.ndim:
        z, axes = z.reshape(1), (0,)
    if where is not None:
        where = _arguments.mask(where, z.shape)
        z = np.where(where, z, -np.inf)
    return given, z, axes, _arguments.positive(temperature, "temperature"), where
