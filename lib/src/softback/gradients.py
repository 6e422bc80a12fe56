"""Jacobians of the softmax family, and their products with a vector from either side.

A ``vjp`` pulls an upstream gradient ``g`` back through a function, a ``jvp`` pushes a tangent ``v``
forward. Both take what the forward pass returned, and neither builds a C x C matrix.
"""

import numpy as np

from softback import _arrays, _cross_entropy


def softmax_vjp(y, g, axis=-1, *, temperature=1.0):
    """Pull dL/dy back to dL/dz = y * (g - sum(g * y)) / T. It needs the output y, not the logits.

    Chapter 5 derives it, chapter 6 moves it to any axis.

    Parameters
    ----------
    y : array_like, shape (..., C, ...)
        Probabilities: `softback.softmax` of the logits.
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
        If y or g do not hold numbers, or ``temperature`` is not a real number.
    ValueError
        If the shapes differ or ``temperature`` is not above 0.
    numpy.exceptions.AxisError
        If ``axis`` is out of bounds.

    See Also
    --------
    softmax_jacobian : the matrix of which this is the product.

    Notes
    -----
    The weighted mean of g is taken off twice. Were all numbers exact, y included, the second one
    would be 0; in floating point it removes most of what rounding left of the first, in the sum of
    y as well. In float32 and wider, for finite g, no array but the result has the size of y.

    Examples
    --------
    >>> softmax_vjp([0.25, 0.75], [1.0, 0.0])
    array([ 0.1875, -0.1875])
    """
    return _softmax_product(y, g, "g", axis, temperature)


def softmax_jvp(y, v, axis=-1, *, temperature=1.0):
    """Push a tangent v of the logits forward to dy = y * (v - sum(v * y)) / T.

    The Jacobian is symmetric, so this is `softmax_vjp`; chapter 5 shows both readings.

    Parameters
    ----------
    y : array_like, shape (..., C, ...)
        Probabilities: `softback.softmax` of the logits.
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
        If y or v do not hold numbers, or ``temperature`` is not a real number.
    ValueError
        If the shapes differ or ``temperature`` is not above 0.
    numpy.exceptions.AxisError
        If ``axis`` is out of bounds.
    """
    return _softmax_product(y, v, "v", axis, temperature)


def softmax_jacobian(y, axis=-1, *, temperature=1.0):
    """Write out dy_i/dz_j = y_i (delta_ij - y_j) / T, a C x C matrix for each row.

    Chapter 4 reads it. To use it, call `softmax_vjp`: C numbers in place of C * C.

    Parameters
    ----------
    y : array_like, shape (..., C, ...)
        Probabilities.
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
        If y does not hold numbers, ``axis`` is not one integer, or ``temperature`` no real number.
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
    y = _arrays.as_numbers(y, "y")
    temperature = _arrays.positive(temperature, "temperature")
    rows = np.moveaxis(_arrays.working(y), _arrays.one_axis(y, axis, "y"), -1)
    with _arrays.quiet():
        jacobian = rows[..., :, None] * rows[..., None, :]
        np.subtract(0, jacobian, out=jacobian)  # and not -jacobian, whose zeros print as -0
        diagonal = np.einsum("...ii->...i", jacobian)
        diagonal[...] = 0
        diagonal[...] = -jacobian.sum(axis=-1)
        return _finished(jacobian, temperature, y.dtype)


def softmax_full_jacobian(y, axis=-1, *, temperature=1.0):
    """Write out every dy[a]/dz[b] of an array softmaxed along ``axis``: four indices for a matrix.

    Chapter 6 reads it. It is there to be looked at: for N rows, N - 1 of N blocks are zero.

    Parameters
    ----------
    y : array_like
        Probabilities.
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
        If y does not hold numbers, ``axis`` is not one integer, or ``temperature`` no real number.
    ValueError
        If y is 0-d or ``temperature`` is not above 0.
    numpy.exceptions.AxisError
        If ``axis`` is out of bounds.
    """
    y = _arrays.as_numbers(y, "y")
    blocks = softmax_jacobian(y, axis, temperature=temperature)
    kept, classes = blocks.shape[:-2], blocks.shape[-1]
    n = np.arange(int(np.prod(kept)))
    full = np.zeros((n.size, classes, n.size, classes), blocks.dtype)
    full[n, :, n, :] = blocks.reshape(n.size, classes, classes)
    full = full.reshape((*kept, classes, *kept, classes))
    axis = _arrays.one_axis(y, axis, "y")
    return np.moveaxis(full, (y.ndim - 1, -1), (axis, y.ndim + axis)).copy()


def log_softmax_vjp(logy, g, axis=-1, *, temperature=1.0, where=None):
    """Pull dL/d(log y) back to dL/dz = (g - y * sum(g)) / T. It needs the output log y.

    Chapter 3 derives it.

    Parameters
    ----------
    logy : array_like, shape (..., C, ...)
        Log-probabilities: `softback.log_softmax` of the logits.
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
        If logy or g do not hold numbers, ``where`` no booleans, or ``temperature`` no real number.
    ValueError
        If the shapes do not fit or ``temperature`` is not above 0.
    numpy.exceptions.AxisError
        If ``axis`` is out of bounds.
    """
    logy, g, axes, dtype = _pair(logy, g, "g", axis, "logy")
    temperature = _arrays.positive(temperature, "temperature")
    with _arrays.quiet():
        g = g if where is None else np.where(_arrays.mask(where, g.shape), g, 0)
        total = _arrays.row_sum(g, axes)
        if not np.isfinite(total).all():  # the sum may overflow where the result does not
            small = 0.5 ** _arrays.count(g.shape, axes).bit_length()
            d = g * small
            d -= np.exp(logy) * _arrays.row_sum(d, axes)
            d /= small
        else:
            d = np.exp(logy)
            d *= -total
            d += g
        d = d if where is None else np.where(where, d, 0)
        return _finished(d, temperature, dtype)


def log_softmax_jvp(logy, v, axis=-1, *, temperature=1.0, where=None):
    """Push a tangent v of the logits forward to d(log y) = (v - sum(v * y)) / T.

    Chapter 3 derives it. Its matrix is not symmetric, so this is not `log_softmax_vjp`.

    Parameters
    ----------
    logy : array_like, shape (..., C, ...)
        Log-probabilities: `softback.log_softmax` of the logits.
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
        If logy or v do not hold numbers, ``where`` no booleans, or ``temperature`` no real number.
    ValueError
        If the shapes do not fit or ``temperature`` is not above 0.
    numpy.exceptions.AxisError
        If ``axis`` is out of bounds.
    """
    logy, v, axes, dtype = _pair(logy, v, "v", axis, "logy")
    temperature = _arrays.positive(temperature, "temperature")
    with _arrays.quiet():
        v = v if where is None else np.where(_arrays.mask(where, v.shape), v, 0)
        y = np.exp(logy)
        d = v - _mean(y, v, axes)
        d -= _mean(y, d, axes)
        d = d if where is None else np.where(where, d, 0)
        return _finished(d, temperature, dtype)


def log_softmax_jacobian(logy, axis=-1, *, temperature=1.0):
    """Write out d(log y_i)/dz_j = (delta_ij - y_j) / T, a C x C matrix for each row.

    Chapter 3 reads it.

    Parameters
    ----------
    logy : array_like, shape (..., C, ...)
        Log-probabilities.
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
    logy = _arrays.as_numbers(logy, "logy")
    temperature = _arrays.positive(temperature, "temperature")
    rows = np.moveaxis(_arrays.working(logy), _arrays.one_axis(logy, axis, "logy"), -1)
    with _arrays.quiet():
        jacobian = np.repeat(0 - np.exp(rows)[..., None, :], rows.shape[-1], axis=-2)
        np.einsum("...ii->...i", jacobian)[...] = -np.expm1(rows)
        return _finished(jacobian, temperature, logy.dtype)


def logsumexp_vjp(y, g, axis=-1):
    """Pull dL/d(logsumexp) back to dL/dz = g y: softmax is the gradient of log-sum-exp.

    Chapter 3 derives it.

    Parameters
    ----------
    y : array_like, shape (..., C, ...)
        Probabilities: `softback.softmax` of the same logits.
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
        If y or g do not hold numbers.
    ValueError
        If g does not have the shape of y without ``axis``.
    numpy.exceptions.AxisError
        If ``axis`` is out of bounds.
    """
    y, g = _arrays.as_numbers(y, "y"), _arrays.as_numbers(g, "g")
    axes = _arrays.axes_of(y, axis)
    kept = tuple(n for a, n in enumerate(y.shape) if a not in axes)
    if g.shape != kept:
        raise ValueError(f"g has shape {g.shape}; it must have y's without the axis: {kept}")
    with _arrays.quiet():
        return np.expand_dims(g, axes) * y


def logsumexp_jvp(y, v, axis=-1):
    """Push a tangent v of the logits forward to d(logsumexp) = sum(v * y), a weighted mean.

    Chapter 3 derives it.

    Parameters
    ----------
    y : array_like, shape (..., C, ...)
        Probabilities: `softback.softmax` of the same logits.
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
        If y or v do not hold numbers.
    ValueError
        If the shapes differ.
    numpy.exceptions.AxisError
        If ``axis`` is out of bounds.
    """
    y, v, axes, dtype = _pair(y, v, "v", axis)
    with _arrays.quiet():
        return _mean(y, v, axes).squeeze(axes).astype(dtype, copy=False)[()]


def cross_entropy_and_grad(
    z,
    t,
    axis=-1,
    *,
    reduction="mean",
    label_smoothing=0.0,
    ignore_index=-100,
    weight=None,
):
    """Return the cross entropy of targets ``t`` and its gradient y * sum(t) - t, in one pass.

    Chapter 7 derives it. For the arguments and errors see `softback.cross_entropy`.

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
    original = _arrays.as_numbers(z, "z")
    task = _cross_entropy.problem(
        original, t, axis, reduction, label_smoothing, ignore_index, weight
    )
    dz = np.empty_like(_arrays.working(original))
    with _arrays.quiet():
        loss = _cross_entropy.evaluate(task, dz).astype(original.dtype, copy=False)[()]
        return loss, dz.astype(original.dtype, copy=False)


def cross_entropy_hessian(y, axis=-1):
    """Write out d2L/dz_i dz_j of a row's cross entropy: the Jacobian of softmax once more.

    The gradient is y - t and t does not move, so its derivative is that of y (chapter 7). This
    holds for the unreduced, unweighted loss with targets that sum to one.

    Parameters
    ----------
    y : array_like, shape (..., C, ...)
        Probabilities: `softback.softmax` of the logits.
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


def _softmax_product(y, x, name, axis, temperature):
    """Return y * (x - sum(x * y)) / T: the product with the symmetric Jacobian from either side."""
    y, x, axes, dtype = _pair(y, x, name, axis)
    temperature = _arrays.positive(temperature, "temperature")
    with _arrays.quiet():
        d = _arrays.fill_in_pieces(_product, y, x, axes=axes)
        return _finished(d, temperature, dtype)


def _product(y, x, axes, out):
    """Return y * (x - sum(x * y)), in ``out`` or new."""
    d, second = _centred(y, x, axes, out)
    if np.isfinite(second).all():
        d *= y
        return d
    # Classes with y = 0 are left out, and quarters keep differences from overflowing.
    d, _ = _centred(y, np.where(y == 0, 0, x * 0.25), axes, out)
    d *= y
    d *= 4
    return d


def _pair(y, x, name, axis, y_name="y"):
    """Check ``y`` and a vector ``x`` of its shape; return them in one precision to compute in.

    Then come the axes and the dtype of the result.
    """
    y, x = _arrays.as_numbers(y, y_name), _arrays.as_numbers(x, name)
    _arrays.same_shape(x, y, name, y_name)
    dtype = np.result_type(y, x)
    axes = _arrays.axes_of(y, axis)
    y, x = (_arrays.working(part.astype(dtype, copy=False)) for part in (y, x))
    return y, x, axes, dtype


def _mean(y, x, axes):
    """Return the mean of x weighted by y; a class with y = 0 adds 0, even if x is infinite."""
    mean = _arrays.row_dot(x, y, axes=axes)
    if np.isfinite(mean).all():
        return mean
    return _arrays.row_dot(np.where(y == 0, 0, x), y, axes=axes)


def _centred(y, x, axes, out=None):
    """Return x less its mean weighted by y, taken off twice, and the second mean."""
    d = np.subtract(x, _arrays.row_dot(x, y, axes=axes), out=out)
    second = _arrays.row_dot(d, y, axes=axes)
    d -= second
    return d, second


def _finished(d, temperature, dtype):
    """Return ``d`` divided by T in place, in the caller's precision, and as a scalar if 0-d."""
    d = np.asarray(d)
    if temperature != 1:
        np.divide(d, temperature, out=d, dtype=np.result_type(d, np.float64), casting="same_kind")
    return d.astype(dtype, copy=False)[()]
