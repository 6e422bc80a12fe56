"""The checks of arguments that public functions share."""

from contextvars import Context
from numbers import Integral, Real

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

_FLOAT64 = np.dtype(np.float64)
# NumPy keeps its error settings in a context; to run in a copy of one is cheaper than to set them.
_SILENT = Context()
_SILENT.run(np.seterr, all="ignore")


def as_numbers(x, name):
    """Return ``x`` as an array of real or complex floating point numbers.

    Parameters
    ----------
    x : array_like
        Integers and booleans become float64; other byte orders become native.
    name : str
        What the caller calls it, for the message.

    Returns
    -------
    ndarray
        Do not write to it: it may be ``x`` itself.

    Raises
    ------
    TypeError
        If ``x`` is a masked array or holds anything but numbers.
    """
    if type(x) is np.ndarray and x.dtype is _FLOAT64:  # nearly always
        return x
    if isinstance(x, np.ma.MaskedArray):
        raise TypeError(f"{name} is a masked array; fill it and say what is allowed with `where`")
    x = np.asarray(x)
    kind = x.dtype.kind
    if kind not in "biufc":
        raise TypeError(f"{name} holds {x.dtype}; it must hold real or complex numbers")
    if kind in "biu":
        return x.astype(np.float64)
    return x if x.dtype.isnative else x.astype(x.dtype.newbyteorder("="))


def as_real(x, name):
    """Return ``x`` as `as_numbers` does, or raise a TypeError if it is complex."""
    x = as_numbers(x, name)
    if x.dtype.kind == "c":
        raise TypeError(f"{name} holds {x.dtype}; it must hold real numbers")
    return x


def working(x):
    """Return ``x`` in the precision to compute in: float32 for float16, else its own."""
    return x.astype(np.float32) if x.dtype == np.float16 else x


def axes_of(x, axis):
    """Return ``axis`` as a tuple of indices from 0.

    A 0-d array is one class: the axes -1, 0 and None all name it.

    Raises
    ------
    TypeError
        If ``axis`` is neither an integer nor a tuple of integers nor None.
    """
    if axis is None or (x.ndim == 0 and isinstance(axis, Integral) and axis in (0, -1)):
        return tuple(range(x.ndim))
    try:
        if type(axis) is int:  # nearly always
            return (normalize_axis_index(axis, x.ndim, "axis"),)
        return normalize_axis_tuple(None if isinstance(axis, bool | str) else axis, x.ndim, "axis")
    except TypeError:
        message = f"axis is {axis!r}; it must be an integer, a tuple of integers or None"
        raise TypeError(message) from None


def one_axis(x, axis, name):
    """Return ``axis`` as one index from 0.

    Raises
    ------
    TypeError
        If ``axis`` is not an integer; a tuple or None has no meaning here.
    ValueError
        If ``x`` is 0-d.
    """
    if x.ndim == 0:
        raise ValueError(f"{name} is a single number; it must have an axis of classes")
    try:
        return normalize_axis_index(None if isinstance(axis, bool) else axis, x.ndim, "axis")
    except TypeError:
        raise TypeError(f"axis is {axis!r}; it must be one integer here") from None


def integer(x, name, least=-np.inf):
    """Return ``x``, or raise an error unless it is an integer, and not below ``least``."""
    if not isinstance(x, Integral):
        raise TypeError(f"{name} is {x!r}; it must be an integer")
    if x < least:
        raise ValueError(f"{name} is {x}; it must be {least} or more")
    return x


def positive(x, name):
    """Return ``x`` as a float above 0 (inf included).

    Raises
    ------
    TypeError
        If ``x`` is not one real number.
    ValueError
        If it is not above 0.
    """
    if type(x) is float and x > 0:  # nearly always
        return x
    if not isinstance(x, Real):
        raise TypeError(f"{name} is {x!r}; it must be one real number")
    try:
        value = float(x)
    except OverflowError:
        raise ValueError(f"{name} is {x!r}; it must fit into a float, or be inf") from None
    if not value > 0:
        raise ValueError(f"{name} is {x!r}; it must be above 0")
    return value


def mask(where, shape):
    """Return ``where`` as booleans that broadcast to ``shape``.

    Raises
    ------
    TypeError
        If ``where`` does not hold booleans.
    ValueError
        If it does not broadcast.
    """
    where = np.asanyarray(where)
    if isinstance(where, np.ma.MaskedArray) or where.dtype != bool:
        raise TypeError(f"where holds {where.dtype}; it must hold plain booleans")
    try:
        return np.broadcast_to(where, shape)
    except ValueError:
        raise ValueError(f"where has shape {where.shape}; it must broadcast to {shape}") from None


def alike(y, x, y_name, name):
    """Return ``y`` and ``x`` as numbers; raise a ValueError unless they have the same shape."""
    y, x = as_numbers(y, y_name), as_numbers(x, name)
    if x.shape != y.shape:
        raise ValueError(f"{name} has shape {x.shape}, but {y_name} has shape {y.shape}")
    return y, x


def pair(y, x, y_name, name, axis, where=None):
    """Check ``y`` and a vector ``x`` of its shape, which is 0 where ``where`` is False.

    Returns
    -------
    y, x : ndarray
        In one precision to compute in.
    tuple of int
        The axes.
    dtype
        That of the result.
    """
    y, x = alike(y, x, y_name, name)
    dtype = y.dtype
    if x.dtype is not dtype or dtype == np.float16:
        dtype = np.result_type(y, x)
        y, x = (working(part.astype(dtype, copy=False)) for part in (y, x))
    x = x if where is None else np.where(mask(where, x.shape), x, 0)
    return y, x, axes_of(y, axis), dtype


def finished(out, shape, dtype):
    """Return a result in the shape and precision of the caller, as a scalar if it is 0-d."""
    out = out.astype(dtype, copy=False)
    return out if shape else out.reshape(())[()]


def quiet():
    """Silence NumPy where inf, nan and underflow are the right answers."""
    return np.errstate(all="ignore")


def quietly():
    """Return what calls a function in silence, for arrays as cheap as to enter `quiet`."""
    return _SILENT.copy().run
