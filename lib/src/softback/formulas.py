"""The book's rules as the chapters write them: no checks, no speed, no care for the last digits.

The label beside each is that of its equation. A test holds each equal to a cell of the book.
"""

from __future__ import annotations

import numpy as np

from softback._types import Array, Axis


def softmax_unshifted(z: Array, axis: Axis = -1) -> Array:  # def-softmax
    """Return exp(z) / sum(exp(z))."""
    e = np.exp(z)
    return e / e.sum(axis=axis, keepdims=True)


def softmax(z: Array, axis: Axis = -1) -> Array:  # eq-shift
    """Return the same, shifted by the maximum so that no exponential overflows."""
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def softmax_slope(y: Array, i: int, j: int) -> Array:  # eq-own-logit, eq-other-logit
    """Return dy_i/dz_j for one row y: two cases."""
    return y[i] * (1 - y[i]) if i == j else -y[i] * y[j]


def logsumexp(z: Array, axis: int | tuple[int, ...] = -1) -> Array:  # eq-lse-shift
    """Return log(sum(exp(z))), the maximum subtracted inside and added outside."""
    top = z.max(axis=axis)
    return top + np.log(np.exp(z - np.expand_dims(top, axis)).sum(axis=axis))


def log_softmax(z: Array, axis: Axis = -1) -> Array:  # eq-log-softmax
    """Return z - logsumexp(z)."""
    s = z - z.max(axis=axis, keepdims=True)
    return s - np.log(np.exp(s).sum(axis=axis, keepdims=True))


def log_softmax_vjp(logy: Array, g: Array, axis: Axis = -1) -> Array:  # eq-log-vjp
    """Pull g back through log-softmax: g - y * sum(g)."""
    return g - np.exp(logy) * g.sum(axis=axis, keepdims=True)


def softmax_jacobian(y: Array) -> Array:  # eq-jacobian
    """Write out diag(y) - y y' for one row y."""
    return np.diag(y) - np.outer(y, y)


def softmax_vjp(y: Array, g: Array, axis: Axis = -1) -> Array:  # eq-vjp
    """Pull g back through softmax: the line that the book is named for."""
    return y * (g - (g * y).sum(axis=axis, keepdims=True))


def softmax_vjp_as_layer(y: Array, g: Array, axis: Axis = -1) -> Array:  # eq-layer-form
    """Return the same, multiplied out."""
    dx = y * g
    return dx - y * dx.sum(axis=axis, keepdims=True)


def softmax_vjp_twice(y: Array, g: Array, axis: Axis = -1) -> Array:  # eq-twice
    """Return the same, the mean subtracted twice: the second removes the rounding of the first."""
    centred = g - (g * y).sum(axis=axis, keepdims=True)
    return y * (centred - (centred * y).sum(axis=axis, keepdims=True))


def cross_entropy(y: Array, t: Array, axis: Axis = -1) -> Array:  # def-cross-entropy
    """Return -sum(t * log y), one loss for each row."""
    return -(t * np.log(y)).sum(axis=axis)


def cross_entropy_grad(z: Array, t: Array, axis: Axis = -1) -> Array:  # eq-gradient
    """Return its gradient with respect to z, y * sum(t) - t, or y - t if t sums to one."""
    return softmax(z, axis) * t.sum(axis=axis, keepdims=True) - t


def attention_vjp(
    Q: Array, K: Array, V: Array, dO: Array, mask: Array | bool = True
) -> tuple[Array, Array, Array]:  # eq-attention-values, -shares, -queries, -keys
    """Pull dO back through one head of attention to dQ, dK and dV."""
    root = np.sqrt(Q.shape[1])
    Y = softmax(np.where(mask, Q @ K.T / root, -np.inf))
    dZ = softmax_vjp(Y, dO @ V.T) / root
    return dZ @ K, dZ.T @ Q, Y.T @ dO
