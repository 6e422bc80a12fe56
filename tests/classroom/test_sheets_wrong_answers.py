"""What each sheet says to typical wrong answers, and what they earn.

Each row of the tables is a wrong answer: code that replaces the right one, the points that it
earns, and the id of its mistake or a piece of a sentence that the student reads. The sheets run in
this process, without a sandbox.
"""

import warnings
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from classroom.sheets import HIDDEN_TEST, SOLUTION, TEST, read
from softback.course import MISTAKES

FOLDER = Path(__file__).parents[2] / "exercises"

JACOBIAN = {
    "ex-sheet-tempered-softmax": [
        ("tempered_softmax = lambda z, T: np.exp(z / T) / np.exp(z / T).sum(-1, keepdims=True)",
         0, "no-shift"),
        ("""
def tempered_softmax(z, T):
    e = np.exp(z - z.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)
""", 0, "nearly everything belongs to the largest logit. Divide the logits by T"),
        ("""
def tempered_softmax(z, T):
    e = np.exp((z - z.max(-1, keepdims=True)) * T)
    return e / e.sum(-1, keepdims=True)
""", 0, "Divide the logits by T"),
        ("""
def tempered_softmax(z, T):
    e = np.exp((z - z.max()) / T)
    return e / e.sum(-1, keepdims=True)
""", 0, "one-shift-for-all-rows"),
        ("""
def tempered_softmax(z, T):
    e = np.exp(z - z.max(-1, keepdims=True)) ** (1 / T)
    return e / e.sum(-1, keepdims=True)
""", 3, None),  # the same on paper, and as good as the model answer
        ("""
def tempered_softmax(z, T):
    top = z.max(-1, keepdims=True)
    e = np.exp(z / T - top)
    return e / e.sum(-1, keepdims=True)
""", 1, "Logits near 1000 at T = 0.01 overflow"),
    ],
    "ex-sheet-masked-softmax": [
        ("""
def masked_softmax(z, allowed):
    e = np.exp(z - z.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True) * allowed
""", 0, "Mask the logits, before the exponentials are summed"),
        ("""
def masked_softmax(z, allowed):
    e = np.exp(np.where(allowed, z, 0.0))
    return e / e.sum(-1, keepdims=True)
""", 0, "The third class is forbidden"),
        ("""
def masked_softmax(z, allowed):
    z = np.where(allowed, z, -np.inf)
    e = np.exp(z - z.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)
""", 0, "neither nan nor equal shares"),
        ("""
def masked_softmax(z, allowed):
    z = np.where(allowed, z, -1e9)
    e = np.exp(z - z.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)
""", 0, "neither nan nor equal shares"),
        ("""
def masked_softmax(z, allowed):
    e = np.exp(z - z.max(-1, keepdims=True)) * allowed
    return e / np.maximum(e.sum(-1, keepdims=True), 1e-300)
""", 1, "changes the other shares"),
        ("""
def masked_softmax(z, allowed):
    e = np.exp(np.where(allowed, z, -np.inf))
    total = e.sum(-1, keepdims=True)
    return e / np.where(total == 0, 1, total)
""", 1, "Logits near 1000 overflow"),
    ],
    "ex-sheet-jacobians": [
        ("softmax_jacobians = lambda y, T: y[:, :, None] * (np.eye(y.shape[1]) - y[:, None, :])",
         0, "one factor 1/T belongs to it"),
        ("softmax_jacobians = lambda y, T: np.einsum('ni,ij->nij', y * (1 - y) / T, "
         "np.eye(y.shape[1]))", 0, "only-the-diagonal"),
        ("softmax_jacobians = lambda y, T: y[:, :, None] * (1 - y[:, None, :]) / T",
         0, "one-everywhere"),
        ("softmax_jacobians = lambda y, T: (np.eye(y.shape[1]) - y[:, None, :]) / T",
         0, "the-rule-of-log-softmax"),
        ("""
def softmax_jacobians(y, T):
    y = y.mean(axis=0)
    return (np.diag(y) - np.outer(y, y)) / T
""", 0, "the Jacobians must have the shape (1, 4, 4)"),
        ("softmax_jacobians = lambda y, T: y[:, :, None] * (np.eye(y.shape[1]) - y[:, None, :]) "
         "/ T**2", 0, "one factor 1/T belongs to it"),
    ],
    "ex-sheet-push": [
        ("""
def after_a_push(y, j, h):
    return y + h * y[j] * (np.eye(len(y))[j] - y)
""", 0, "the odds of the pushed class must become three times as large"),
        ("""
def after_a_push(y, j, h):
    e = np.exp(y + h * np.eye(len(y))[j])
    return e / e.sum()
""", 0, "the odds must stay as they were"),
        ("""
def after_a_push(y, j, h):
    new = y.copy()
    new[j] *= np.exp(h)
    return new
""", 0, "Divide by the new sum"),
        ("""
def after_a_push(y, j, h):
    new = y.copy()
    new[j] *= np.exp(h)
    return new / new.sum()
""", 1, "Does an exponential overflow?"),
        ("""
def after_a_push(y, j, h):
    new = y * np.exp((np.arange(len(y)) == j) * h - h)
    return new / new.sum()
""", 1, "A push of -800"),
    ],
    "ex-sheet-second-derivatives": [
        ("""
def second_derivatives(y):
    bracket = np.eye(len(y)) - y
    return y[:, None, None] * bracket[:, :, None] * bracket[:, None, :]
""", 0, "their second derivatives sum to 0 over i"),
        ("""
def second_derivatives(y):
    J = np.diag(y) - np.outer(y, y)
    return -y[:, None, None] * J[None]
""", 0, "their second derivatives sum to 0 over i"),
        ("""
def second_derivatives(y):
    bracket = np.eye(len(y)) - y
    J = y[:, None] * bracket
    return J[:, None, :] * bracket[:, :, None] + y[:, None, None] * J[None]
""", 0, "their second derivatives sum to 0 over i"),
        ("""
def second_derivatives(y):
    bracket = np.eye(len(y)) - y
    J = y[:, None] * bracket
    return y[:, None, None] * J[None] - J[:, None, :] * bracket[:, :, None]
""", 0, "For i = j = k it must be y (1 - y) (1 - 2 y)"),
        ("""
def second_derivatives(y):
    H = np.zeros((len(y),) * 3)
    for i, share in enumerate(y):
        H[i, i, i] = share * (1 - share) * (1 - 2 * share)
    return H
""", 0, "their second derivatives sum to 0 over i"),
    ],
}  # fmt: skip

PULLBACK = {
    "ex-sheet-tempered-pullback": [
        ("tempered_pullback = lambda y, g, T: y * (g - (g * y).sum(-1, keepdims=True))",
         0, "At T = 2 every entry must be half"),
        ("tempered_pullback = lambda y, g, T: T * y * (g - (g * y).sum(-1, keepdims=True))",
         0, "At T = 2 every entry must be half"),
        ("tempered_pullback = lambda y, g, T: y * (1 - y) * g / T", 0, "only-the-diagonal"),
        ("tempered_pullback = lambda y, g, T: (g - y * g.sum(-1, keepdims=True)) / T",
         0, "the-rule-of-log-softmax"),
        ("tempered_pullback = lambda y, g, T: y * (g - g.mean(-1, keepdims=True)) / T",
         0, "the-plain-mean"),
        ("tempered_pullback = lambda y, g, T: y * (g - (g * y).sum(0, keepdims=True)) / T",
         0, "the-dot-along-the-wrong-axis"),
        ("tempered_pullback = lambda y, g, T: y * (g - (g * y).sum(-1, keepdims=True)) "
         "/ np.mean(T)", 1, "where T is a temperature for each row"),
    ],
    "ex-sheet-pullback-along": [
        ("pullback_along = lambda y, g, axis: y * (g - (g * y).sum(-1, keepdims=True))",
         0, "an-axis-for-show"),
        ("pullback_along = lambda y, g, axis: y * (g - (g * y).sum(axis))", 0, "missing-keepdims"),
        ("pullback_along = lambda y, g, axis: y * (g - (g * y).sum())",
         0, "the-batch-as-one-long-row"),
        ("""
def pullback_along(y, g, axis):
    y, g = np.moveaxis(y, axis, -1), np.moveaxis(g, axis, -1)
    return np.moveaxis(y * (g - (g * y).sum(-1, keepdims=True)), -1, axis)
""", 0, None),
        ("""
def pullback_along(y, g, axis):
    for one in np.atleast_1d(axis):
        g = g - (g * y).sum(int(one), keepdims=True)
    return y * g
""", 0, "all four entries must lose the same mean"),
    ],
    "ex-sheet-heads": [
        ("pullback_of_heads = lambda y, g: y * (g.reshape(y.shape) - (g.reshape(y.shape) * y)"
         ".sum(-1, keepdims=True))", 0, "reshaping does not move numbers"),
        ("pullback_of_heads = lambda y, g: y * (g - (g * y).sum(-1, keepdims=True))", 0, "layout"),
        ("""
def pullback_of_heads(y, g):
    y = y.swapaxes(1, 2)
    return y * (g - (g * y).sum(-1, keepdims=True))
""", 0, "must have the layout of y"),
        ("""
def pullback_of_heads(y, g):
    g = g.swapaxes(1, 2)
    return y * (g - (g * y).sum(2, keepdims=True))
""", 0, "sums to 0 along the last axis"),
        ("""
def pullback_of_heads(y, g):
    g = g.swapaxes(1, 2)
    return y * (g - (g * y).sum((1, 3), keepdims=True))
""", 0, "sums to 0 along the last axis"),
    ],
    "ex-sheet-groups": [
        ("grouped_pullback = lambda y, g, group: y * (g - (g * y).sum(-1, keepdims=True))",
         0, "must sum to 0"),
        ("""
def grouped_pullback(y, g, group):
    half = y.shape[1] // 2
    parts = [(y[:, :half], g[:, :half]), (y[:, half:], g[:, half:])]
    return np.hstack([y * (g - (g * y).sum(-1, keepdims=True)) for y, g in parts])
""", 0, "must sum to 0"),
        ("""
def grouped_pullback(y, g, group):
    dz = np.zeros_like(y)
    for label in np.unique(group):
        at = group == label
        dz[:, at] = y[:, at] * (g[:, at] - g[:, at].mean(1, keepdims=True))
    return dz
""", 0, "the weighted mean of its own group"),
        ("""
def grouped_pullback(y, g, group):
    dz = np.zeros_like(y)
    for label in range(group.max() + 1):
        at = group == label
        dz[:, at] = y[:, at] * (g[:, at] - (g * y)[:, at].sum(1, keepdims=True))
    return dz
""", 1, "labels may be any integers"),
        ("""
def grouped_pullback(y, g, group):
    dz = np.zeros_like(y)
    for label in np.unique(group):
        at = group == label
        dz[:, at] = y[:, at] * (g[:, at] - (g * y)[:, at].sum())
    return dz
""", 1, "The gradient is wrong for several groups"),
    ],
    "ex-sheet-pullback-of-pullback": [
        ("""
def pullback_of_pullback(y, g, u):
    s, m = ((x * y).sum(-1, keepdims=True) for x in (g, u))
    return u * (g - s), y * (u - m)
""", 0, "Mind that y stands in front of the bracket and in the sum"),
        ("""
def pullback_of_pullback(y, g, u):
    s, m = ((x * y).sum(-1, keepdims=True) for x in (g, u))
    return y * (u - m), u * (g - s) - g * m
""", 0, "The gradient with respect to g is wrong"),
        ("""
def pullback_of_pullback(y, g, u):
    s, m = ((x * y).sum(-1, keepdims=True) for x in (g, u))
    return u * (g - s) - g * m, u * y
""", 0, "The gradient with respect to g is wrong"),
        ("""
def pullback_of_pullback(y, g, u):
    s, m = ((x * y).sum(-1, keepdims=True) for x in (g, u))
    return u * (g - s) + g * m, y * (u - m)
""", 0, "The gradient with respect to y is wrong"),
        ("""
def pullback_of_pullback(y, g, u):
    s, m = (g * y).sum(), (u * y).sum()
    return u * (g - s) - g * m, y * (u - m)
""", 1, "differs from central differences"),
        ("pullback_of_pullback = lambda y, g, u: y * (u - (u * y).sum(-1, keepdims=True))",
         0, "Return two arrays"),
    ],
}  # fmt: skip

CROSS_ENTROPY = {
    "ex-sheet-log-softmax": [
        ("""
def log_softmax_along(z, axis, T):
    e = np.exp((z - z.max(axis, keepdims=True)) / T)
    return np.log(e / e.sum(axis, keepdims=True))
""", 0, "the-logarithm-of-a-softmax"),
        ("log_softmax_along = lambda z, axis, T: z / T - np.log(np.exp(z / T).sum(axis, "
         "keepdims=True))", 0, "no-shift"),
        ("""
def log_softmax_along(z, axis, T):
    low = (z - z.max(-1, keepdims=True)) / T
    return low - np.log(np.exp(low).sum(-1, keepdims=True))
""", 0, "Do you use axis?"),
        ("""
def log_softmax_along(z, axis, T):
    low = z - z.max(axis, keepdims=True)
    return low - np.log(np.exp(low).sum(axis, keepdims=True))
""", 0, "Do you divide by T?"),
        ("""
def log_softmax_along(z, axis, T):
    low = z - z.max(axis, keepdims=True)
    return (low - np.log(np.exp(low).sum(axis, keepdims=True))) / T
""", 1, "The log-shares are wrong along axis"),
        ("""
def log_softmax_along(z, axis, T):
    low = (z - z.max()) / T
    return low - np.log(np.exp(low).sum(axis, keepdims=True))
""", 0, "one-shift-for-all-rows"),
    ],
    "ex-sheet-log-softmax-pullback": [
        ("log_softmax_pullback = lambda logy, g, T: g - np.exp(logy) * g.sum(-1, keepdims=True)",
         0, "At T = 2 every entry must be half"),
        ("log_softmax_pullback = lambda logy, g, T: np.exp(logy) * (g - (g * np.exp(logy))"
         ".sum(-1, keepdims=True)) / T", 0, "the-rule-of-softmax"),
        ("log_softmax_pullback = lambda logy, g, T: (g - logy * g.sum(-1, keepdims=True)) / T",
         0, "the-exponential-forgotten"),
        ("log_softmax_pullback = lambda logy, g, T: (g - np.exp(logy) * g.sum()) / T",
         0, "the-batch-as-one-long-row"),
        ("log_softmax_pullback = lambda logy, g, T: (g - np.exp(logy)) / T",
         0, "a-sum-that-was-once-1"),
        ("""
def log_softmax_pullback(logy, g, T):
    y = np.exp(logy)
    upstream = g / y
    return y * (upstream - (upstream * y).sum(-1, keepdims=True)) / T
""", 1, "Do you divide by the share?"),
    ],
    "ex-sheet-numerical-gradient": [
        ("""
def numerical_gradient(f, z, h):
    z, dz = np.array(z, dtype=float), np.zeros(np.shape(z))
    for place in np.ndindex(z.shape):
        up = z.copy()
        up[place] += h
        dz[place] = (f(up) - f(z)) / h
    return dz
""", 0, "This is the forward difference"),
        ("""
def numerical_gradient(f, z, h):
    z, dz = np.array(z, dtype=float), np.zeros(np.shape(z))
    for place in np.ndindex(z.shape):
        up, down = z.copy(), z.copy()
        up[place] += h
        down[place] -= h
        dz[place] = (f(up) - f(down)) / h
    return dz
""", 0, "give 2z for every h"),
        ("""
def numerical_gradient(f, z, h):
    dz = np.zeros(np.shape(z))
    for place in np.ndindex(z.shape):
        up, down = z, z.copy()
        up[place] += h
        down[place] -= h
        dz[place] = (f(up) - f(down)) / (2 * h)
    return dz
""", 0, "changes z"),
        ("""
def numerical_gradient(f, z, h):
    return np.full(np.shape(z), (f(z + h) - f(z - h)) / (2 * h))
""", 0, "give 2z for every h"),
        ("""
def numerical_gradient(f, z, h):
    dz = np.zeros(z.shape)
    for place in np.ndindex(z.shape):
        up, down = z.copy(), z.copy()
        up[place] += h
        down[place] -= h
        dz[place] = (f(up) - f(down)) / (2 * h)
    return dz
""", 1, "With integers in z the steps get lost"),
        ("""
def numerical_gradient(f, z, h):
    z, dz = np.array(z, dtype=float), np.zeros(np.shape(z))
    for j in range(len(z)):
        up, down = z.copy(), z.copy()
        up[j] += h
        down[j] -= h
        dz[j] = (f(up) - f(down)) / (2 * h)
    return dz
""", 1, "central differences are exact at every h"),
        ("""
def numerical_gradient(f, z, h):
    z, h, dz = np.array(z, dtype=float), 1e-5, np.zeros(np.shape(z))
    for place in np.ndindex(z.shape):
        up, down = z.copy(), z.copy()
        up[place] += h
        down[place] -= h
        dz[place] = (f(up) - f(down)) / (2 * h)
    return dz
""", 1, "h is not the step"),
    ],
    "ex-sheet-weighted-loss": [
        ("""
def weighted_loss_and_grad(z, t, e, w):
    logy = log_softmax_along(z, 1, 1.0)
    targets = e / z.shape[1] + (1 - e) * np.eye(z.shape[1])[t]
    return -(targets * logy).sum(1).mean(), (np.exp(logy) - targets) / len(z)
""", 0, "Weights of 3 and 1 make the first row count three quarters"),
        ("""
def weighted_loss_and_grad(z, t, e, w):
    logy = log_softmax_along(z, 1, 1.0)
    targets = e / z.shape[1] + (1 - e) * np.eye(z.shape[1])[t]
    part = w[:, None] / len(z)
    return -(part * targets * logy).sum(), part * (np.exp(logy) - targets)
""", 0, "Weights of 3 and 1 make the first row count three quarters"),
        ("""
def weighted_loss_and_grad(z, t, e, w):
    logy = log_softmax_along(z, 1, 1.0)
    targets = e / z.shape[1] + (1 - e) * np.eye(z.shape[1])[t]
    return -(w @ (targets * logy).sum(1)) / w.sum(), w[:, None] * (np.exp(logy) - targets)
""", 0, "a-sum-for-a-mean"),
        ("""
def weighted_loss_and_grad(z, t, e, w):
    logy = log_softmax_along(z, 1, 1.0)
    targets = np.where(np.eye(z.shape[1])[t] == 1, 1 - e, e / (z.shape[1] - 1))
    part = (w / w.sum())[:, None]
    return -(part * targets * logy).sum(), part * (np.exp(logy) - targets)
""", 0, "the targets of the first row are 0.8, 0.1 and 0.1"),
        ("""
def weighted_loss_and_grad(z, t, e, w):
    logy = log_softmax_along(z, 1, 1.0)
    targets = e / z.shape[1] + (1 - e) * np.eye(z.shape[1])[t]
    part = (w / w.sum())[:, None]
    return -(part * targets * logy).sum(), part * (targets - np.exp(logy))
""", 0, "target-minus-prediction"),
        ("""
def weighted_loss_and_grad(z, t, e, w):
    logy = log_softmax_along(z, 1, 1.0)
    targets = e / z.shape[1] + (1 - e) * np.eye(z.shape[1])[t]
    part = (w / w.sum())[:, None]
    loss = -(part[:, 0] * logy[np.arange(len(t)), t]).sum()
    return loss, part * (np.exp(logy) - targets)
""", 1, "The loss is wrong at the smoothing"),
        ("""
def weighted_loss_and_grad(z, t, e, w):
    y = np.exp(log_softmax_along(z, 1, 1.0))
    targets = e / z.shape[1] + (1 - e) * np.eye(z.shape[1])[t]
    part = (w / w.sum())[:, None]
    return -(part * targets * np.log(y + 1e-12)).sum(), part * (y - targets)
""", 0, "The loss is wrong for logits thousands apart"),
    ],
    "ex-sheet-gradient-gap": [
        ("gradient_gap = lambda f, grad, z: np.linalg.norm(np.ravel(grad(z) - "
         "numerical_gradient(f, z, 1e-5)))", 0, "the wrong sign has the gap 1"),
        ("gradient_gap = lambda f, grad, z: abs(grad(z) - numerical_gradient(f, z, 1e-5)).max()",
         0, "the wrong sign has the gap 1"),
        ("""
def gradient_gap(f, grad, z):
    a, n = grad(z), numerical_gradient(f, z, 1e-5)
    return abs(a - n) / (abs(a) + abs(n))
""", 0, "The gap is one number"),
        ("""
def gradient_gap(f, grad, z):
    a, n = np.ravel(grad(z)), np.ravel(numerical_gradient(f, z, 1e-5))
    return np.linalg.norm(a - n) / (np.linalg.norm(a) + np.linalg.norm(n))
""", 1, "not nan"),
        ("""
def gradient_gap(f, grad, z):
    a, n = np.ravel(grad(z)), np.ravel(numerical_gradient(f, z, 1e-5))
    return np.linalg.norm(a - n) / (np.linalg.norm(a) + np.linalg.norm(n) + 1e-2)
""", 0, "the wrong sign has the gap 1"),
        ("""
def gradient_gap(f, grad, z):
    a, n = np.ravel(grad(z)), np.ravel(numerical_gradient(f, z, 1e-5))
    return abs(a - n).sum() / max((abs(a) + abs(n)).sum(), 1e-300)
""", 1, "The norms must be taken over all entries together"),
    ],
}  # fmt: skip

ATTENTION = {
    "ex-sheet-heads-cut": [
        ("split_heads = lambda x, H: x.reshape(len(x), H, x.shape[1], -1)",
         0, "The first head must hold the first two features of each token"),
        ("split_heads = lambda x, H: x.reshape(*x.shape[:2], H, -1)", 0, "(1, 2, 3, 2)"),
        ("split_heads = lambda x, H: x.reshape(*x.shape[:2], -1, H).transpose(0, 3, 1, 2)",
         0, "The first head must hold the first two features"),
        ("merge_heads = lambda x: x.reshape(len(x), x.shape[2], -1)",
         0, "the features of one token side by side"),
        ("merge_heads = lambda x: x.transpose(0, 2, 3, 1).reshape(len(x), x.shape[2], -1)",
         0, "the features of one token side by side"),
    ],
    "ex-sheet-attention": [
        ("""
def attention(q, k, v, allowed):
    z = q @ k.swapaxes(-1, -2) / np.sqrt(q.shape[-1])
    y = np.exp(z) / np.exp(z).sum(-1, keepdims=True) * allowed
    return y @ v, y
""", 0, "masked-after-the-softmax"),
        ("""
def attention(q, k, v, allowed):
    z = np.where(allowed, q @ k.swapaxes(-1, -2), -np.inf)
    y = np.nan_to_num(np.exp(z - z.max(-1, keepdims=True)))
    y = y / np.maximum(y.sum(-1, keepdims=True), 1e-300)
    return y @ v, y
""", 0, "scores-not-scaled"),
        ("""
def attention(q, k, v, allowed):
    z = np.where(allowed, q @ k.swapaxes(-1, -2) / np.sqrt(q.shape[-1]), -np.inf)
    e = np.exp(z - z.max(-1, keepdims=True))
    y = e / e.sum(-1, keepdims=True)
    return y @ v, y
""", 0, "the-row-that-sees-nothing"),
        ("""
def attention(q, k, v, allowed):
    z = np.where(allowed, q @ k.T / np.sqrt(q.shape[-1]), -np.inf)
    top = z.max(-1, keepdims=True)
    e = np.exp(z - np.where(top == -np.inf, 0, top))
    y = e / np.maximum(e.sum(-1, keepdims=True), 1e-300)
    return y @ v, y
""", 0, None),
        ("""
def attention(q, k, v, allowed):
    z = np.where(allowed, q @ k.swapaxes(-1, -2) / np.sqrt(q.shape[-1]), -np.inf)
    top = z.max() if np.isfinite(z.max()) else 0
    e = np.exp(z - top)
    y = e / np.maximum(e.sum(-1, keepdims=True), 1e-300)
    return y @ v, y
""", 0, "Each query needs its own largest allowed score"),
        ("""
def attention(q, k, v, allowed):
    z = np.where(allowed, q @ k.swapaxes(-1, -2) / np.sqrt(q.shape[-1]), -np.inf)
    top = z.max(-1, keepdims=True)
    e = np.exp(z - np.where(top == -np.inf, 0, top))
    y = e / np.maximum(e.sum(-1, keepdims=True), 1e-300)
    return y @ v, np.broadcast_to(allowed, y.shape) * 1.0
""", 0, "Five keys with equal scores get a fifth each"),
    ],
    "ex-sheet-attention-pullback": [
        ("""
def attention_pullback(q, k, v, y, do):
    g = do @ v.swapaxes(-1, -2)
    dz = y * (g - (g * y).sum(-1, keepdims=True))
    return dz @ k, dz.swapaxes(-1, -2) @ q, y.swapaxes(-1, -2) @ do
""", 0, "scores-not-scaled"),
        ("""
def attention_pullback(q, k, v, y, do):
    g = do @ v.swapaxes(-1, -2)
    dz = y * (1 - y) * g / np.sqrt(q.shape[-1])
    return dz @ k, dz.swapaxes(-1, -2) @ q, y.swapaxes(-1, -2) @ do
""", 0, "only-the-diagonal"),
        ("""
def attention_pullback(q, k, v, y, do):
    g = do @ v.T
    dz = y * (g - (g * y).sum(-1, keepdims=True)) / np.sqrt(q.shape[-1])
    return dz @ k, dz.T @ q, y.T @ do
""", 0, None),
        ("""
def attention_pullback(q, k, v, y, do):
    g = do @ v.swapaxes(-1, -2)
    dz = y * (g - (g * y).sum(-1, keepdims=True)) / np.sqrt(q.shape[-1])
    return dz.swapaxes(-1, -2) @ q, dz @ k, y.swapaxes(-1, -2) @ do
""", 0, "keys-and-queries-exchanged"),
        ("""
def attention_pullback(q, k, v, y, do):
    g = do @ v.swapaxes(-1, -2)
    y = np.exp(q @ k.swapaxes(-1, -2) / np.sqrt(q.shape[-1]))
    y = y / y.sum(-1, keepdims=True)
    dz = y * (g - (g * y).sum(-1, keepdims=True)) / np.sqrt(q.shape[-1])
    return dz @ k, dz.swapaxes(-1, -2) @ q, y.swapaxes(-1, -2) @ do
""", 1, "differs from central differences, with a mask"),
    ],
    "ex-sheet-linear-pullback": [
        ("linear_pullback = lambda x, W, do: (do @ W.T, np.einsum('bnd,bne->de', x, do), "
         "do.mean((0, 1)))", 0, "a sum over all tokens, not a mean"),
        ("linear_pullback = lambda x, W, do: (do @ W.T, np.einsum('bnd,bne->bde', x, do), "
         "do.sum((0, 1)))", 0, "must be shaped like x, W and b"),
        ("linear_pullback = lambda x, W, do: (do @ W.T, x[0].T @ do[0], do.sum((0, 1)))",
         0, "the contributions of all tokens of all sequences add up"),
        ("linear_pullback = lambda x, W, do: (do @ W.T, np.einsum('bnd,bne->ed', x, do), "
         "do.sum((0, 1)))", 0, "must be shaped like x, W and b"),
        ("linear_pullback = lambda x, W, do: (do @ W.T, np.einsum('bnd,bne->de', x, do) / len(x), "
         "do.sum((0, 1)))", 0, "dW is wrong"),
    ],
    "ex-sheet-layer": [
        ("""
def layer(x, Wq, Wk, Wv, Wo, H, allowed):
    q, k, v = (split_heads(x @ W, H) for W in (Wq, Wk, Wv))
    return merge_heads(attention(q, k, v, allowed)[0])
""", 0, "the layer is x Wv Wo"),
        ("""
def layer(x, Wq, Wk, Wv, Wo, H, allowed):
    q, k, v = (split_heads(x @ W, H) for W in (Wq, Wk, Wv))
    return merge_heads(attention(q, k, v, np.ones_like(allowed))[0]) @ Wo
""", 0, "must not respond to a change in the third"),
        ("""
def layer(x, Wq, Wk, Wv, Wo, H, allowed):
    return attention(x @ Wq, x @ Wk, x @ Wv, allowed)[0] @ Wo
""", 1, "Is d the size of a head?"),
        ("""
def layer(x, Wq, Wk, Wv, Wo, H, allowed):
    q, k, v = (split_heads(x @ W, H) for W in (Wk, Wq, Wv))
    return merge_heads(attention(q, k, v, allowed)[0]) @ Wo
""", 1, "The output is wrong"),
        ("""
def layer(x, Wq, Wk, Wv, Wo, H, allowed):
    q, k, v = (split_heads(x @ W, H) for W in (Wq, Wk, Wv))
    o = attention(q, k, v, allowed)[0]
    return o.reshape(x.shape) @ Wo
""", 0, "must not respond to a change in the third"),
    ],
    "ex-sheet-layer-pullback": [
        ("""
def layer_pullback(x, Wq, Wk, Wv, Wo, H, allowed, do):
    q, k, v = (split_heads(x @ W, H) for W in (Wq, Wk, Wv))
    o, y = attention(q, k, v, allowed)
    back = attention_pullback(q, k, v, y, split_heads(do @ Wo.T, H))
    dq, dk, dv = (merge_heads(part) for part in back)
    dW = [np.einsum("bnd,bne->de", x, part) for part in (dq, dk, dv)]
    return dv @ Wv.T, *dW, np.einsum("bnd,bne->de", merge_heads(o), do)
""", 1, "dx differs from central differences"),
        ("""
def layer_pullback(x, Wq, Wk, Wv, Wo, H, allowed, do):
    q, k, v = (split_heads(x @ W, H) for W in (Wq, Wk, Wv))
    o, y = attention(q, k, v, allowed)
    back = attention_pullback(q, k, v, y, split_heads(do, H))
    dq, dk, dv = (merge_heads(part) for part in back)
    dW = [np.einsum("bnd,bne->de", x, part) for part in (dq, dk, dv)]
    dx = dq @ Wq.T + dk @ Wk.T + dv @ Wv.T
    return dx, *dW, np.einsum("bnd,bne->de", merge_heads(o), do)
""", 0, "the layer is x Wv Wo, and dx follows from that"),
        ("""
def layer_pullback(x, Wq, Wk, Wv, Wo, H, allowed, do):
    q, k, v = (split_heads(x @ W, H) for W in (Wq, Wk, Wv))
    o, y = attention(q, k, v, allowed)
    back = attention_pullback(q, k, v, y, split_heads(do @ Wo.T, H))
    dq, dk, dv = (merge_heads(part) for part in back)
    dW = [np.einsum("bnd,bne->de", x, part) for part in (dq, dk, dv)]
    dx = dq @ Wq.T + dk @ Wk.T + dv @ Wv.T
    return dx, *dW, np.einsum("bnd,bne->de", x, do)
""", 1, "dWo differs from central differences"),
        ("""
def layer_pullback(x, Wq, Wk, Wv, Wo, H, allowed, do):
    q, k, v = (split_heads(x @ W, H) for W in (Wq, Wk, Wv))
    o, y = attention(q, k, v, allowed)
    back = attention_pullback(q, k, v, y, split_heads(do @ Wo.T, H))
    dq, dk, dv = (merge_heads(part) for part in back)
    return (dq @ Wq.T + dk @ Wk.T + dv @ Wv.T, *(x[0].T @ part[0] for part in (dq, dk, dv)),
            merge_heads(o)[0].T @ do[0])
""", 1, "dWq differs from central differences"),
        ("layer_pullback = lambda x, Wq, Wk, Wv, Wo, H, allowed, do: do @ Wo.T @ Wv.T",
         0, "Return five gradients"),
    ],
}  # fmt: skip

SHEETS = {
    "sheet-1-softmax-and-its-jacobian": JACOBIAN,
    "sheet-2-pullback-and-any-axis": PULLBACK,
    "sheet-3-log-softmax-and-cross-entropy": CROSS_ENTROPY,
    "sheet-4-attention-layer": ATTENTION,
}
ROWS = [
    pytest.param(name, label, *row, id=f"{label}-{n}")
    for name, table in SHEETS.items()
    for label, rows in table.items()
    for n, row in enumerate(rows, 1)
]


@cache
def sheet(name):
    return read(FOLDER / f"{name}.md")


def everything_but_tests(name, wrong=""):
    """Return a namespace with a sheet's answers, some of them replaced."""
    names = {}
    for cell in sheet(name).cells:
        if cell.type == "code" and cell.role in (None, SOLUTION):
            exec(cell.solved(), names)
    exec(wrong, names)
    return names


def graded(name, label, names):
    """Return the points of an exercise and what its failed tests say."""
    points, sentences = 0, []
    for cell in sheet(name).cells:
        if cell.exercise == label and cell.role in (TEST, HIDDEN_TEST):
            try:
                with np.errstate(all="ignore"), warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    exec(cell.source, names)
                points += cell.points
            except Exception as error:
                sentences.append(str(error))
    return points, sentences


@pytest.mark.parametrize(("name", "label", "code", "points", "piece"), ROWS)
def test_a_wrong_answer_earns_what_it_deserves_and_is_told_why(name, label, code, points, piece):
    found, sentences = graded(name, label, everything_but_tests(name, code))
    assert found == points, sentences
    if piece in MISTAKES:
        assert {said.sentence for said in MISTAKES[piece].says} & set(sentences), sentences
    else:
        assert piece is None or any(piece in sentence for sentence in sentences), sentences


@pytest.mark.parametrize("name", SHEETS)
def test_every_exercise_with_code_has_wrong_answers(name):
    written = {cell.exercise for cell in sheet(name).cells if cell.role == SOLUTION}
    assert written == SHEETS[name].keys()
    assert min(len(rows) for rows in SHEETS[name].values()) >= 4


@pytest.mark.parametrize("name", SHEETS)
def test_the_model_answers_pass_every_test_without_a_warning(name):
    names = everything_but_tests(name)
    for cell in sheet(name).cells:
        if cell.role in (TEST, HIDDEN_TEST):
            exec(cell.source, names)
