"""Pieces of which wrong answers are made."""

import numpy as np

from softback import formulas, functions, gradients

softmax, log_softmax, logsumexp = functions.softmax, functions.log_softmax, functions.logsumexp
softmax_vjp = gradients.softmax_vjp
# The rule as it stands in the book: for shares along another axis the library says something else.
plain_vjp = formulas.softmax_vjp
# What people add to a share, or let it never fall below.
TINY = (1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-11, 1e-12, 1e-13, 1e-14, 1e-15)


def along(x: np.ndarray, axis: int = -1) -> np.ndarray:
    """Return the sums along an axis that stays, with length 1."""
    return x.sum(axis=axis, keepdims=True)


def shifted(z: np.ndarray) -> np.ndarray:
    """Return logits minus the largest of their row."""
    return z - z.max(axis=-1, keepdims=True)


def attention_vjp(q, k, v, do, rule=softmax_vjp, scale=None, mixed=None):
    """Return dq, dk and dv of one head; the keywords put a mistake into one step."""
    root = 1 / np.sqrt(q.shape[-1])
    y = softmax(q @ k.T * root)
    ds = rule(y, do @ v.T) * (root if scale is None else scale)
    return ds @ k, ds.T @ q, (y if mixed is None else mixed(y)).T @ do


def sink_vjp(z, a, g):
    """Return dz and da of softmax with one more logit, a, in each row."""
    column = np.full((len(z), 1), a)
    dz = softmax_vjp(softmax(np.hstack([z, column])), np.hstack([g, np.zeros_like(column)]))
    return dz[:, :-1], dz[:, -1].sum()
