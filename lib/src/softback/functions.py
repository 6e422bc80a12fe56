"""Softmax and its family: log-sum-exp, softmax, log-softmax and cross entropy.

The shift by the maximum keeps every exponential at or below 1. In the logarithms the largest term
is left out of a small sum and comes back through ``log1p``, so that a probability near 1 keeps its
last digits (Blanchard, Higham and Higham 2021, https://doi.org/10.1093/imanum/draa038).
"""

import numpy as np

from softback import _arrays, _cross_entropy, _kernels


def logsumexp(z, axis=-1, *, keepdims=False):
    """Return log(sum(exp(z))) along ``axis``: a smooth maximum.

    Chapter 3 derives it and shows that softmax is its gradient.

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
        If z does not hold numbers.
    numpy.exceptions.AxisError
        If ``axis`` is out of bounds.

    Notes
    -----
    log C + max(z) bounds the result from above, max(z) from below.

    Examples
    --------
    >>> logsumexp([0.0, 0.0])
    np.float64(0.693147180559945...)
    """
    original = _arrays.as_numbers(z, "z")
    axes = _arrays.axes_of(original, axis)
    if not original.ndim:
        return logsumexp(original.reshape(1), keepdims=keepdims).reshape(())[()]
    with _arrays.quiet():
        if 0 < original.size < _arrays.MANY_NUMBERS:  # the shortest way
            out = _kernels.logsumexp(_arrays.working(original), axes)
        else:
            out = _logsumexp_in_blocks(original, axes)
        out = out if keepdims else out.squeeze(axes)
        return _arrays.finished(out, out.shape, original.dtype)


def softmax(z, axis=-1, *, temperature=1.0, where=None):
    """Turn logits into probabilities, exp(z / T) / sum(exp(z / T)), along ``axis``.

    Chapter 1 builds it.

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
        If z does not hold numbers, ``where`` no booleans, or ``temperature`` is not a real number.
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
    return _along(_kernels.softmax, 0, z, axis, temperature, where)


def log_softmax(z, axis=-1, *, temperature=1.0, where=None):
    """Return the logarithm of softmax, to full relative precision, along ``axis``.

    Chapter 3 derives it. It is not ``log(softmax(z))``, which loses small probabilities to
    underflow and probabilities near 1 to rounding.

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
        If z does not hold numbers, ``where`` no booleans, or ``temperature`` is not a real number.
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
    return _along(_kernels.log_softmax, -np.inf, z, axis, temperature, where)


def cross_entropy(
    z,
    t,
    axis=-1,
    *,
    reduction="mean",
    label_smoothing=0.0,
    ignore_index=-100,
    weight=None,
):
    """Return the cross entropy -sum(t * log softmax(z)) of targets ``t``, along ``axis``.

    Chapter 7 derives it and its gradient.

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
        If z or t do not hold numbers, class indices are no integers, or ``axis`` is no integer.
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
    z = _arrays.as_numbers(z, "z")
    task = _cross_entropy.problem(z, t, axis, reduction, label_smoothing, ignore_index, weight)
    with _arrays.quiet():
        return _cross_entropy.evaluate(task).astype(z.dtype, copy=False)[()]


def _logsumexp_in_blocks(z, axes):
    """Return the log-sum-exp of an array of any size or none, its axes kept."""
    out = np.full([1 if a in axes else n for a, n in enumerate(z.shape)], -np.inf, z.dtype)
    if _arrays.few_classes(z, axes):
        _arrays.few_first(_logsumexp_in_place, z, out)
    else:
        for part in _arrays.blocks(z.shape, axes):
            out[part] = _kernels.logsumexp(_arrays.working(z[part]), axes)
    return out


def _logsumexp_in_place(z):
    """Return the log-sum-exp along axis 0 of an array that may be written to."""
    z = _arrays.working(z)
    return _kernels.logsumexp(z, (0,), out=z)


def _along(kernel, nothing, z, axis, temperature, where):
    """Check the arguments of softmax and log-softmax, run ``kernel``, fill what is not allowed."""
    original = _arrays.as_numbers(z, "z")
    axes = _arrays.axes_of(original, axis)
    temperature = _arrays.positive(temperature, "temperature")
    z = _arrays.working(original)
    if not z.ndim:
        z, axes = z.reshape(1), (0,)
    if where is not None:
        where = _arrays.mask(where, z.shape)
        z = np.where(where, z, -np.inf)
    if not z.size:
        return z.astype(original.dtype)
    with _arrays.quiet():
        out = kernel(z, axes, temperature)
        if where is not None:
            out = np.where(where, out, nothing)
        return _arrays.finished(out, original.shape, original.dtype)
