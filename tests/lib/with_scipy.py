"""The textbook formulas on top of SciPy, under our names: what the library is compared with."""

import numpy as np
from scipy import special


def softmax(z, axis=-1, *, temperature=1.0):
    """Return softmax of z / T."""
    return special.softmax(z if temperature == 1 else z / z.dtype.type(temperature), axis=axis)


def log_softmax(z, axis=-1, *, temperature=1.0):
    """Return log-softmax of z / T."""
    return special.log_softmax(z if temperature == 1 else z / z.dtype.type(temperature), axis=axis)


def logsumexp(z, axis=-1):
    """Return log-sum-exp."""
    return special.logsumexp(z, axis=axis)


def cross_entropy_and_grad(z, t, axis=-1, *, reduction="none"):
    """Return -sum(t log y) of each row and y sum(t) - t."""
    assert reduction == "none"
    if t.ndim < z.ndim:
        t = np.moveaxis(np.eye(z.shape[axis], dtype=z.dtype)[t], -1, axis)
    loss = -(t * special.log_softmax(z, axis=axis)).sum(axis=axis)
    return loss, special.softmax(z, axis=axis) * t.sum(axis=axis, keepdims=True) - t


def softmax_jacobian(y, axis=-1):
    """Return diag(y) - y yᵀ for rows along the last axis."""
    assert axis == -1
    return y[..., :, None] * np.eye(y.shape[-1], dtype=y.dtype) - y[..., :, None] * y[..., None, :]


def softmax_vjp(y, g, axis=-1):
    """Return y (g - sum(g y))."""
    return y * (g - (g * y).sum(axis=axis, keepdims=True))


def log_softmax_vjp(logy, g, axis=-1):
    """Return g - y sum(g)."""
    return g - np.exp(logy) * g.sum(axis=axis, keepdims=True)


def log_softmax_jvp(logy, v, axis=-1):
    """Return v - sum(v y)."""
    return v - (v * np.exp(logy)).sum(axis=axis, keepdims=True)
