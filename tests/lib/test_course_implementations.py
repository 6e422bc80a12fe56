"""Each task refuses a table of wrong answers, names the mistake of each, and takes right ones.

A wrong answer stands with the id of its mistake, or with a piece of the sentence that it gets.

The functions are written as readers would write them, without the library where that is possible.
"""

import re

import numpy as np
import pytest
from scipy import special

from softback import course
from softback.course.tasks import DERIVATIONS, PREDICTIONS
from tests.lib import answers_in_code, answers_to_the_last_digit
from tests.lib.answers_to_the_last_digit import rows, soft, top
from tests.lib.verdicts import named


def mean(z):
    return z.mean(axis=-1, keepdims=True)


# --- softmax --------------------------------------------------------------------------------------


def softmax_in_loops(z):
    y = np.empty(z.shape)
    for index in np.ndindex(z.shape[:-1]):
        largest = max(z[index])
        e = [np.exp(float(x) - float(largest)) for x in z[index]]
        y[index] = [x / sum(e) for x in e]
    return y


def softmax_by_log_sum_exp(z):
    return np.exp(z - special.logsumexp(z, axis=-1, keepdims=True))


def softmax_by_einsum(z):
    e = np.exp(z - top(z))
    return np.einsum("...i,...->...i", e, 1 / np.einsum("...i->...", e))


def softmax_in_the_buffer(z):
    y = np.zeros_like(z)
    e = np.exp(z - top(z))
    for i in range(z.shape[-1]):
        y[..., i] = e[..., i] / e.sum(axis=-1)
    return y


SOFTMAX = {
    "exponentials": (lambda z: np.exp(z), "not-divided"),
    "shifted-exponentials": (lambda z: np.exp(z - top(z)), "not-divided"),
    "no-exponential": (lambda z: z / rows(z), "no-exponential"),
    "whole-array": (lambda z: np.exp(z) / np.exp(z).sum(), "the-batch-as-one-long-row"),
    "columns": (lambda z: np.exp(z) / np.exp(z).sum(axis=0), "the-dot-along-the-wrong-axis"),
    "no-keepdims": (lambda z: np.exp(z) / np.exp(z).sum(axis=-1), "missing-keepdims"),
    "negative": (lambda z: np.exp(-z) / rows(np.exp(-z)), "order-reversed"),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), "a-sigmoid-each"),
    "log": (lambda z: z - special.logsumexp(z, axis=-1, keepdims=True), "the-other-function"),
    "powers-of-2": (lambda z: soft(z * np.log(2)), "another-base"),
    "integer-buffer": (softmax_in_the_buffer, "a-buffer-of-integers"),
    "shift-of-all": (lambda z: np.exp(z - z.max()) / rows(np.exp(z - z.max())),
                     "one-shift-for-all-rows"),
    "shift-by-mean": (lambda z: np.exp(z - mean(z)) / rows(np.exp(z - mean(z))), "another-shift"),
    "no-shift": (lambda z: np.exp(z) / rows(np.exp(z)), "no-shift"),
    "negative-share": (lambda z: soft(z) - 0.4, "a share is never negative"),
    "no-unit-sum": (lambda z: soft(z) + 0.1, "they must sum to 1"),
    "sorted": (lambda z: np.sort(soft(z)), "must be"),
}  # fmt: skip
SOFTMAX_RIGHT = {
    "shifted": lambda z: np.exp(z - top(z)) / rows(np.exp(z - top(z))),
    "loops": softmax_in_loops,
    "log-sum-exp": softmax_by_log_sum_exp,
    "einsum": softmax_by_einsum,
    "scipy": soft,
}


def softmax_along_1(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


SOFTMAX_OF_INTEGERS = {
    "not-converted": (SOFTMAX_RIGHT["shifted"], "small-integers-wrap"),
    "integer-buffer": (softmax_in_the_buffer, "a-buffer-of-integers"),
    "no-shift": (lambda z: np.exp(z * 1.0) / rows(np.exp(z * 1.0)), "no-shift"),
    "exponentials": (lambda z: np.exp(z), "not-divided"),
    "whole-array": (lambda z: np.exp(z) / np.exp(z).sum(), "the-batch-as-one-long-row"),
    "axis-1": (lambda z: softmax_along_1(z * 1.0), "The last axis is `axis=-1`"),
}
SOFTMAX_OF_INTEGERS_RIGHT = {
    "converted": lambda z: soft(z * 1.0),
    "loops": softmax_in_loops,
    "in-float128": lambda z: soft(z.astype(np.longdouble)),
}


# --- log_softmax and logsumexp --------------------------------------------------------------------

LOG_SOFTMAX = {
    "shares": (soft, "the-other-function"),
    "only-the-shift": (lambda z: z - top(z), "only-the-shift"),
    "sum-not-log": (lambda z: z - rows(np.exp(z)), "no-logarithm"),
    "sign": (lambda z: special.logsumexp(z, axis=-1, keepdims=True) - z, "order-reversed"),
    "shift-not-undone": (lambda z: z - np.log(rows(np.exp(z - top(z)))), "shift-never-undone"),
    "log2": (lambda z: special.log_softmax(z, axis=-1) / np.log(2), "another-base"),
    "whole-array": (lambda z: z - special.logsumexp(z), "the-batch-as-one-long-row"),
    "columns": (lambda z: special.log_softmax(z, axis=0), "the-dot-along-the-wrong-axis"),
    "no-keepdims": (lambda z: z - special.logsumexp(z, axis=-1), "missing-keepdims"),
    "log-of-softmax": (lambda z: np.log(soft(z)), "the-logarithm-of-a-softmax"),
    "no-shift": (lambda z: z - np.log(rows(np.exp(z))), "no-shift"),
    "above-zero": (lambda z: special.log_softmax(z, axis=-1) + 2, "never above 0"),
}  # fmt: skip
LOG_SOFTMAX_RIGHT = {
    "shifted": lambda z: z - top(z) - np.log(rows(np.exp(z - top(z)))),
    "by-logsumexp": lambda z: z - special.logsumexp(z, axis=-1, keepdims=True),
    "scipy": lambda z: special.log_softmax(z, axis=-1),
    "by-logaddexp": lambda z: z - np.logaddexp.reduce(z * 1.0, axis=-1, keepdims=True),
}

LOGSUMEXP = {
    "shift-not-undone": (lambda z: np.log(np.exp(z - top(z)).sum(axis=-1)), "shift-never-undone"),
    "shift-twice": (lambda z: np.log(np.exp(z - top(z)).sum(axis=-1)) - z.max(-1),
                    "shift-never-undone"),
    "no-log": (lambda z: np.exp(z).sum(axis=-1), "not-divided"),
    "max": (lambda z: z.max(axis=-1), "only-the-shift"),
    "log-first": (lambda z: np.log(np.exp(z)).sum(axis=-1), "no-exponential"),
    "mean": (lambda z: np.log(np.exp(z).mean(axis=-1)), "the-mean-of-the-exponentials"),
    "keeps-axis": (lambda z: special.logsumexp(z, axis=-1, keepdims=True), "the-summed-axis-kept"),
    "whole-array": (lambda z: special.logsumexp(z), "the-batch-as-one-long-row"),
    "columns": (lambda z: special.logsumexp(z, axis=0), "the-dot-along-the-wrong-axis"),
    "no-shift": (lambda z: np.log(np.exp(z).sum(axis=-1)), "no-shift"),
    "below-the-largest": (lambda z: z.max(axis=-1) - 3.0, "below the largest logit"),
}  # fmt: skip
LOGSUMEXP_RIGHT = {
    "shifted": lambda z: z.max(axis=-1) + np.log(np.exp(z - top(z)).sum(axis=-1)),
    "scipy": lambda z: special.logsumexp(z, axis=-1),
    "logaddexp": lambda z: np.logaddexp.reduce(z * 1.0, axis=-1),
}


# --- softmax_jacobian -----------------------------------------------------------------------------


def jacobian_in_loops(y):
    jacobian = np.zeros((len(y), len(y)))
    for i in range(len(y)):
        for j in range(len(y)):
            jacobian[i, j] = y[i] * (1 - y[i]) if i == j else -y[i] * y[j]
    return jacobian


def jacobian_without_the_diagonal(y):
    return jacobian_in_loops(y) - np.diag(y * (1 - y))


JACOBIAN = {
    "inner-product": (lambda y: np.diag(y) - y @ y.T, "a-product-that-is-no-matrix"),
    "same-index": (lambda y: np.eye(len(y)) * y - y**2, "the-same-index-twice"),
    "diagonal": (lambda y: np.diag(y * (1 - y)), "only-the-diagonal"),
    "diagonal-vector": (lambda y: y * (1 - y), "only-the-diagonal"),
    "diag-alone": (lambda y: np.diag(y), "the-total-held-constant"),
    "no-diagonal": (jacobian_without_the_diagonal, "only-off-the-diagonal"),
    "sign": (lambda y: -jacobian_in_loops(y), "uphill"),
    "plus": (lambda y: np.diag(y) + np.outer(y, y), "plus-for-minus"),
    "ones": (lambda y: y[:, None] * (1 - y), "one-everywhere"),
    "log-softmax": (lambda y: np.eye(len(y)) - y, "the-rule-of-log-softmax"),
    "log-softmax-turned": (lambda y: np.eye(len(y)) - y[:, None], "the-rule-of-log-softmax"),
    "softmax-again": (lambda y: jacobian_in_loops(soft(y)), "softmax-again"),
    "row-sums": (lambda y: jacobian_in_loops(y) + 0.1, "Each row sums to 0"),
    "not-symmetric": (lambda y: np.tril(np.ones((len(y),) * 2), -1) @ np.diag(y) * 0
                      + np.array([[1.0, -1.0, 0.0]] * 3)[: len(y), : len(y)], "differs from"),
}  # fmt: skip
JACOBIAN_RIGHT = {
    "diag-minus-outer": lambda y: np.diag(y) - np.outer(y, y),
    "broadcast": lambda y: y[:, None] * (np.eye(len(y)) - y),
    "transposed": lambda y: (np.eye(len(y)) - y[:, None]) * y,
    "einsum": lambda y: np.einsum("i,ij->ij", y, np.eye(len(y))) - np.einsum("i,j->ij", y, y),
    "loops": jacobian_in_loops,
}


# --- softmax_vjp ----------------------------------------------------------------------------------


def matrices(y):
    return y[..., None] * np.eye(y.shape[-1]) - y[..., None] * y[..., None, :]


def vjp(y, g):
    return y * (g - rows(g * y))


def vjp_in_loops(y, g):
    dz = np.zeros(y.shape)
    for row in np.ndindex(y.shape[:-1]):
        for j in range(y.shape[-1]):
            for i in range(y.shape[-1]):
                dz[row][j] += g[row][i] * y[row][i] * ((i == j) - y[row][j])
    return dz


def vjp_in_place(y, g):
    dz = g.copy()
    for j in range(y.shape[-1]):
        dz[..., j] = y[..., j] * (dz[..., j] - (dz * y).sum(axis=-1))
    return dz


def layer_form(y, g):
    dz = y * g
    dz -= y * rows(dz)
    return dz


def batch_mean_jacobian(y, g):
    mean = y.reshape(-1, y.shape[-1]).mean(axis=0)
    return g @ (np.diag(mean) - np.outer(mean, mean))


VJP = {
    "diagonal": (lambda y, g: g * y * (1 - y), "only-the-diagonal"),
    "no-mean": (lambda y, g: g * y, "the-total-held-constant"),
    "plain-sum": (lambda y, g: y * (g - rows(g)), "an-unweighted-sum"),
    "plain-mean": (lambda y, g: y * (g - g.mean(-1, keepdims=True)), "the-plain-mean"),
    "no-g": (lambda y, g: y * (g - rows(y**2)), "the-sum-lacks-g"),
    "log-rule": (lambda y, g: g - y * rows(g), "the-rule-of-log-softmax"),
    "passed-through": (lambda y, g: g, "the-gradient-passed-through"),
    "diagonal-without-y": (lambda y, g: g * (1 - y), "only-the-diagonal"),
    "other-classes-only": (lambda y, g: -y * (rows(g * y) - g * y), "only-off-the-diagonal"),
    "no-scale": (lambda y, g: g - rows(g * y), "centred-and-not-scaled"),
    "plus": (lambda y, g: y * (g + rows(g * y)), "plus-for-minus"),
    "sign": (lambda y, g: y * (rows(g * y) - g), "uphill"),
    "no-own-term": (lambda y, g: -y * rows(g * y), "only-off-the-diagonal"),
    "softmax-again": (lambda y, g: vjp(soft(y), g), "softmax-again"),
    "inner-product": (lambda y, g: (np.diag(y) - y @ y.T) @ g, "a-product-that-is-no-matrix"),
    "in-place": (vjp_in_place, "updated-too-early"),
    "batch-mean": (batch_mean_jacobian, "one-jacobian-for-the-batch"),
    "whole-array": (lambda y, g: y * (g - (g * y).sum()), "the-batch-as-one-long-row"),
    "columns": (lambda y, g: y * (g - (g * y).sum(0, keepdims=True)),
                "the-dot-along-the-wrong-axis"),
    "no-keepdims": (lambda y, g: y * (g - (g * y).sum(axis=-1)), "missing-keepdims"),
    "batch-size": (lambda y, g: vjp(y, g) / y.shape[0], "divided-by-the-batch"),
    "classes": (lambda y, g: vjp(y, g) / y.shape[-1], "divided-by-the-classes"),
    "zeros": (lambda y, g: y * 0, "the-jacobian-summed-first"),
}  # fmt: skip
VJP_RIGHT = {
    "centred": vjp,
    "layer": layer_form,
    "loops": vjp_in_loops,
    "matrix": lambda y, g: (matrices(y) @ g[..., None])[..., 0],
    "transposed": lambda y, g: (g[..., None, :] @ matrices(y))[..., 0, :],
    "einsum": lambda y, g: np.einsum("...i,...ij->...j", g, matrices(y)),
    "by-pairs": lambda y, g: (y[..., None] * y[..., None, :]
                              * (g[..., None] - g[..., None, :])).sum(axis=-1),
}  # fmt: skip


# --- softmax_vjp along any axis -------------------------------------------------------------------


def along(y, g, axis):
    return y * (g - (g * y).sum(axis=axis, keepdims=True))


def moved(y, g, axis):
    return vjp(np.moveaxis(y, axis, -1), np.moveaxis(g, axis, -1))


def swapped(y, g, axis):
    return vjp(np.swapaxes(y, axis, -1), np.swapaxes(g, axis, -1))


def other_axes(y, axis):
    return tuple(n for n in range(y.ndim) if n != axis % y.ndim)


ANY_AXIS = {
    "last-axis": (lambda y, g, axis: vjp(y, g), "an-axis-for-show"),
    "first-axis": (lambda y, g, axis: along(y, g, 0), "the-dot-along-the-wrong-axis"),
    "whole-array": (lambda y, g, axis: y * (g - (g * y).sum()), "the-batch-as-one-long-row"),
    "not-moved-back": (moved, "not-moved-back"),
    "not-swapped-back": (swapped, "not-moved-back"),
    "transposed": (lambda y, g, axis: along(y.T, g.T, axis).T, "all-axes-transposed"),
    "no-keepdims": (lambda y, g, axis: y * (g - (g * y).sum(axis=axis)), "missing-keepdims"),
    "other-axes": (lambda y, g, axis: along(y, g, other_axes(y, axis)), "all-the-other-axes"),
    "diagonal": (lambda y, g, axis: g * y * (1 - y), "only-the-diagonal"),
    "log-rule": (lambda y, g, axis: g - y * g.sum(axis, keepdims=True), "the-rule-of-log-softmax"),
}  # fmt: skip
ANY_AXIS_RIGHT = {
    "keepdims": along,
    "moveaxis": lambda y, g, axis: np.moveaxis(moved(y, g, axis), -1, axis),
    "swapaxes": lambda y, g, axis: np.swapaxes(
        vjp(y.swapaxes(axis, -1), g.swapaxes(axis, -1)), axis, -1),
    "expand-dims": lambda y, g, axis: y * (g - np.expand_dims((g * y).sum(axis=axis), axis)),
    "layer": lambda y, g, axis: y * g - y * (y * g).sum(axis=axis, keepdims=True),
}  # fmt: skip


def test_an_axis_that_must_be_named_is_given_by_name():
    def with_default(y, g, *, axis=-1):
        return along(y, g, axis)

    assert course.check("softmax_vjp_any_axis", with_default)


# --- softmax of capped logits ---------------------------------------------------------------------


def softmax_along(z, axis):
    return special.softmax(z, axis=axis)


def slope(z, cap):
    return np.cosh(np.clip(z / cap, -300, 300)) ** -2.0


def capped(z, g, cap, axis, rule=along, last=slope):
    return rule(softmax_along(cap * np.tanh(z / cap), axis), g, axis) * last(z, cap)


def capped_by_matrix(z, g, cap, axis):
    u, g = np.moveaxis(cap * np.tanh(z / cap), axis, -1), np.moveaxis(g, axis, -1)
    y = soft(u)
    return np.moveaxis((matrices(y) @ g[..., None])[..., 0] * (1 - (u / cap) ** 2), -1, axis)


CAPPED = {
    "no-slope": (lambda *a: capped(*a, last=lambda z, cap: 1), "the-cap-forgotten"),
    "raw-logits": (lambda z, g, cap, axis: along(softmax_along(z, axis), g, axis),
                   "the-cap-forgotten"),
    "raw-shares": (lambda z, g, cap, axis: along(softmax_along(z, axis), g, axis) * slope(z, cap),
                   "the-cap-forgotten"),
    "slope-first": (lambda z, g, cap, axis: capped(z, g * slope(z, cap), cap, axis,
                                                   last=lambda z, cap: 1),
                    "the-bend-before-the-softmax"),
    "tanh-of-logit": (lambda *a: capped(*a, last=lambda z, cap: 1 - np.tanh(z) ** 2),
                      "the-slope-elsewhere"),
    "bent-not-divided": (lambda *a: capped(*a, last=lambda z, cap: 1 - (cap * np.tanh(z / cap))**2),
                         "the-slope-elsewhere"),
    "times-cap": (lambda z, g, cap, axis: cap * capped(z, g, cap, axis), "the-slope-elsewhere"),
    "over-cap": (lambda z, g, cap, axis: capped(z, g, cap, axis) / cap, "the-slope-elsewhere"),
    "last-axis": (lambda *a: capped(*a, rule=lambda y, g, axis: vjp(y, g)), "an-axis-for-show"),
    "whole-array": (lambda *a: capped(*a, rule=lambda y, g, axis: y * (g - (g * y).sum())),
                    "the-batch-as-one-long-row"),
    "sign": (lambda *a: -capped(*a), "must be"),
}  # fmt: skip
CAPPED_RIGHT = {"rule": capped, "matrix": capped_by_matrix}


# --- log_softmax_vjp ------------------------------------------------------------------------------


def log_vjp_in_loops(logy, g):
    dz = np.zeros(g.shape)
    for row in np.ndindex(g.shape[:-1]):
        for j in range(g.shape[-1]):
            for i in range(g.shape[-1]):
                dz[row][j] += g[row][i] * ((i == j) - np.exp(logy[row][j]))
    return dz


LOG_VJP = {
    "exp-of-g": (lambda logy, g: g - np.exp(g) * rows(g), "the-exponential-of-the-gradient"),
    "no-exp": (lambda logy, g: g - logy * rows(g), "the-exponential-forgotten"),
    "softmax-rule": (lambda logy, g: vjp(np.exp(logy), g), "the-rule-of-softmax"),
    "no-sum": (lambda logy, g: g - np.exp(logy), "a-sum-that-was-once-1"),
    "jvp": (lambda logy, g: g - rows(np.exp(logy) * g), "the-other-direction"),
    "plus": (lambda logy, g: g + np.exp(logy) * rows(g), "plus-for-minus"),
    "sign": (lambda logy, g: np.exp(logy) * rows(g) - g, "uphill"),
    "mean": (lambda logy, g: g - np.exp(logy) * g.mean(-1, keepdims=True),
             "divided-by-the-classes"),
    "diagonal": (lambda logy, g: g * (1 - np.exp(logy)), "only-the-diagonal"),
    "y-in-the-sum": (lambda logy, g: g - np.exp(logy) * rows(g * np.exp(logy)),
                     "the-other-direction"),
    "whole-array": (lambda logy, g: g - np.exp(logy) * g.sum(), "the-batch-as-one-long-row"),
    "columns": (lambda logy, g: g - np.exp(logy) * g.sum(0, keepdims=True),
                "the-dot-along-the-wrong-axis"),
    "no-keepdims": (lambda logy, g: g - np.exp(logy) * g.sum(axis=-1), "missing-keepdims"),
}  # fmt: skip
LOG_VJP_RIGHT = {
    "rule": lambda logy, g: g - np.exp(logy) * rows(g),
    "softmax-of-logy": lambda logy, g: g - soft(logy) * rows(g),
    "loops": log_vjp_in_loops,
    "matrix": lambda logy, g: np.einsum(
        "...i,...ij->...j", g, np.eye(g.shape[-1]) - np.exp(logy)[..., None, :]),
}  # fmt: skip


# --- cross entropy of one row ---------------------------------------------------------------------


def logs(z):
    return special.log_softmax(z, axis=-1)


def loss_in_loops(z, t):
    return -sum(t[i] * logs(z)[i] for i in range(len(z)))


CROSS_ENTROPY = {
    "sign": (lambda z, t: t @ logs(z), "the-minus-missing"),
    "not-summed": (lambda z, t: -t * logs(z), "not-summed"),
    "mean": (lambda z, t: -(t * logs(z)).mean(), "divided-by-the-classes"),
    "no-targets": (lambda z, t: -logs(z).sum(), "the-targets-missing"),
    "no-log": (lambda z, t: -(t * soft(z)).sum(), "no-logarithm-in-the-loss"),
    "argmax": (lambda z, t: -logs(z)[t.argmax()], "only-the-likeliest-target"),
    "log-of-logits": (lambda z, t: -(t * np.log(z)).sum(), "logits-for-shares"),
    "logits": (lambda z, t: -(t * z).sum(), "logits-for-shares"),
    "exchanged": (lambda z, t: -(soft(z) * np.log(t)).sum(), "shares-and-targets-exchanged"),
    "squared": (lambda z, t: 0.5 * ((soft(z) - t) ** 2).sum(), "no-logarithm-in-the-loss"),
    "log2": (lambda z, t: -(t @ logs(z)) / np.log(2), "another-base"),
    "softmax-twice": (lambda z, t: -(t @ logs(soft(z))), "softmax-twice"),
    "unit-sum": (lambda z, t: special.logsumexp(z) - t @ z, "the-condition-forgotten"),
    "epsilon": (lambda z, t: -(t * np.log(soft(z) + 1e-9)).sum(), "a-pinch-in-the-logarithm"),
    "clipped": (lambda z, t: -(t * np.log(np.maximum(soft(z), 1e-12))).sum(),
                "a-pinch-in-the-logarithm"),
    "log-of-softmax": (lambda z, t: -(t * np.log(soft(z))).sum(), "the-logarithm-of-a-softmax"),
    "no-shift": (lambda z, t: -t @ (z - np.log(np.exp(z).sum())), "no-shift"),
    "negative": (lambda z, t: -t @ logs(z) - 9.0, "never negative"),
}  # fmt: skip
CROSS_ENTROPY_RIGHT = {
    "sum": lambda z, t: -(t * logs(z)).sum(),
    "dot": lambda z, t: -(t @ logs(z)),
    "expanded": lambda z, t: t.sum() * special.logsumexp(z) - t @ z,
    "loops": loss_in_loops,
    "einsum": lambda z, t: -np.einsum("i,i->", t, logs(z)),
}


def gradient_in_loops(z, t):
    y, dz = soft(z), np.zeros(len(z))
    for j in range(len(z)):
        for k in range(len(z)):
            dz[j] -= t[k] * ((j == k) - y[j])
    return dz


CROSS_ENTROPY_GRAD = {
    "unit-sum": (lambda z, t: soft(z) - t, "the-condition-forgotten"),
    "sign": (lambda z, t: t - soft(z), "target-minus-prediction"),
    "outputs": (lambda z, t: -t / soft(z), "the-chain-that-stops-at-y"),
    "twice": (lambda z, t: vjp(soft(z), soft(z) - t), "the-shortcut-and-the-long-way"),
    "mean": (lambda z, t: (soft(z) * t.sum() - t) / len(z), "divided-by-the-classes"),
    "no-targets": (lambda z, t: soft(z), "the-targets-missing"),
    "logits": (lambda z, t: z - t, "logits-for-shares"),
    "softmax-twice": (lambda z, t: soft(soft(z)) - t, "softmax-twice"),
    "entrywise": (lambda z, t: soft(z) * t - t, "only-the-diagonal"),
    "diagonal-only": (lambda z, t: -t * (1 - soft(z)), "only-the-diagonal"),
    "shortcut-and-diagonal": (
        lambda z, t: (soft(z) - t) * soft(z) * (1 - soft(z)),
        "the-shortcut-and-the-long-way",
    ),
    "sigmoid": (
        lambda z, t: (soft(z) - t) / (soft(z) * (1 - soft(z))),
        "the-chain-that-stops-at-y",
    ),
    "fractions": (lambda z, t: vjp(soft(z), -t / soft(z)), "fractions-that-break"),
    "no-shift": (lambda z, t: np.exp(z) / np.exp(z).sum() * t.sum() - t, "no-shift"),
}  # fmt: skip
CROSS_ENTROPY_GRAD_RIGHT = {
    "rule": lambda z, t: soft(z) * t.sum() - t,
    "loops": gradient_in_loops,
    "by-log-softmax": lambda z, t: -t + np.exp(logs(z)) * t.sum(),
    "matrix": lambda z, t: -t @ (np.eye(len(z)) - soft(z)),
}


# --- cross entropy of a batch ---------------------------------------------------------------------


def one_hot(z, t):
    return np.eye(z.shape[1])[t]


def mean_loss(z, t):
    return -logs(z)[np.arange(len(t)), t].mean()


def mean_gradient(z, t):
    return (soft(z) - one_hot(z, t)) / len(z)


def in_place_gradient(z, t):
    dz = soft(z)
    dz[np.arange(len(t)), t] -= 1
    return dz / len(t)


def all_target_columns(z, t):
    dz = soft(z)
    dz[:, t] -= 1
    return dz / len(t)


def in_loops(z, t):
    loss, dz = 0.0, np.zeros(z.shape)
    for n in range(len(t)):
        loss -= logs(z[n])[t[n]] / len(t)
        dz[n] = (soft(z[n]) - (np.arange(z.shape[1]) == t[n])) / len(t)
    return loss, dz


BATCH = {
    "not-divided": (lambda z, t: (mean_loss(z, t), soft(z) - one_hot(z, t)), "a-sum-for-a-mean"),
    "summed": (lambda z, t: (mean_loss(z, t) * len(t), soft(z) - one_hot(z, t)),
               "a-sum-for-a-mean"),
    "per-row": (lambda z, t: (-logs(z)[np.arange(len(t)), t], mean_gradient(z, t)),
                "a-sum-for-a-mean"),
    "columns": (lambda z, t: (mean_loss(z, t), all_target_columns(z, t)), "every-target-column"),
    "sign": (lambda z, t: (mean_loss(z, t), -mean_gradient(z, t)), "target-minus-prediction"),
    "sign-of-loss": (lambda z, t: (-mean_loss(z, t), mean_gradient(z, t)), "the-minus-missing"),
    "all-entries": (lambda z, t: (mean_loss(z, t), mean_gradient(z, t) / z.shape[1]),
                    "a-mean-over-classes-too"),
    "twice": (lambda z, t: (mean_loss(z, t), vjp(soft(z), mean_gradient(z, t))),
              "the-shortcut-and-the-long-way"),
    "softmax-twice": (lambda z, t: (mean_loss(soft(z), t), mean_gradient(soft(z), t)),
                      "softmax-twice"),
    "no-targets": (lambda z, t: (mean_loss(z, t), soft(z) / len(t)), "the-targets-missing"),
    "exchanged": (lambda z, t: (mean_gradient(z, t), mean_loss(z, t)),
                  "loss-and-gradient-exchanged"),
    "log-of-softmax": (lambda z, t: (-np.log(soft(z)[np.arange(len(t)), t]).mean(),
                                     mean_gradient(z, t)), "the-logarithm-of-a-softmax"),
    "pinch": (lambda z, t: (-np.log(soft(z)[np.arange(len(t)), t] + 1e-12).mean(),
                            mean_gradient(z, t)), "a-pinch-in-the-logarithm"),
    "clipped": (lambda z, t: (-np.log(np.clip(soft(z)[np.arange(len(t)), t], 1e-7, 1)).mean(),
                              mean_gradient(z, t)), "a-pinch-in-the-logarithm"),
    "zero-times-infinity": (lambda z, t: (-(one_hot(z, t) * np.log(soft(z))).sum() / len(z),
                                          mean_gradient(z, t)), "no-shift"),
    "one-thing": (lambda z, t: mean_loss(z, t), "Return 2 things, `loss` and `dz`"),
    "nothing": (lambda z, t: None, "returned nothing"),
    "one-nothing": (lambda z, t: (None, mean_gradient(z, t)), "returned nothing"),
    "list-inside": (lambda z, t: (mean_loss(z, t), [1.0]), "`dz` as a list"),
    "shape-of-loss": (lambda z, t: (mean_loss(z, t)[None], mean_gradient(z, t)), "one number"),
    "gradient-off": (lambda z, t: (mean_loss(z, t), mean_gradient(z, t) + 1), "must sum to 0"),
}  # fmt: skip
BATCH_RIGHT = {
    "one-hot": lambda z, t: (mean_loss(z, t), mean_gradient(z, t)),
    "in-place": lambda z, t: (mean_loss(z, t), in_place_gradient(z, t)),
    "as-a-list": lambda z, t: [mean_loss(z, t), mean_gradient(z, t)],
    "loops": in_loops,
    "dot": lambda z, t: (-(one_hot(z, t) * logs(z)).sum() / len(t), mean_gradient(z, t)),
}


# --- attention ------------------------------------------------------------------------------------


def scores(q, k):
    return q @ k.T / np.sqrt(q.shape[1])


def masked_softmax(s, mask):
    """Give zeros where nothing is allowed, by hand."""
    y = np.zeros(s.shape)
    for n in range(len(s)):
        if mask[n].any():
            y[n, mask[n]] = soft(s[n, mask[n]])
    return y


def attend(q, k, v, mask):
    return masked_softmax(scores(q, k), mask) @ v


def with_nan_to_num(q, k, v, mask):
    s = np.where(mask, scores(q, k), -np.inf)
    return np.nan_to_num(soft(s)) @ v


def in_blocks(q, k, v, mask):
    """Go through the keys one by one with a running maximum, and skip what is masked."""
    o = np.zeros((len(q), v.shape[1]))
    for n in range(len(q)):
        largest, total = -np.inf, 0.0
        for m in np.flatnonzero(mask[n]):
            s = q[n] @ k[m] / np.sqrt(q.shape[1])
            shrink, largest = np.exp(largest - max(largest, s)), max(largest, s)
            weight = np.exp(s - largest)
            total, o[n] = total * shrink + weight, o[n] * shrink + weight * v[m]
        o[n] /= total or 1
    return o


ATTENTION = {
    "not-scaled": (lambda q, k, v, mask: masked_softmax(q @ k.T, mask) @ v, "scores-not-scaled"),
    "divided-by-d": (lambda q, k, v, mask: masked_softmax(q @ k.T / q.shape[1], mask) @ v,
                     "scores-not-scaled"),
    "times-root": (lambda q, k, v, mask: masked_softmax(q @ k.T * np.sqrt(q.shape[1]), mask) @ v,
                   "scores-not-scaled"),
    "root-of-keys": (lambda q, k, v, mask: masked_softmax(q @ k.T / np.sqrt(len(k)), mask) @ v,
                     "scores-not-scaled"),
    "no-softmax": (lambda q, k, v, mask: scores(q, k) @ v, "no-softmax-at-all"),
    "shares": (lambda q, k, v, mask: masked_softmax(scores(q, k), mask), "shares-for-the-output"),
    "no-mask": (lambda q, k, v, mask: soft(scores(q, k)) @ v, "the-mask-misread"),
    "inverted": (lambda q, k, v, mask: attend(q, k, v, ~mask), "the-mask-misread"),
    "columns": (lambda q, k, v, mask: masked_softmax(scores(q, k).T, mask.T).T @ v,
                "the-dot-along-the-wrong-axis"),
    "masked-late": (lambda q, k, v, mask: (soft(scores(q, k)) * mask) @ v,
                    "masked-after-the-softmax"),
    "zero-score": (lambda q, k, v, mask: soft(np.where(mask, scores(q, k), 0)) @ v,
                   "masked-after-the-softmax"),
    "nan": (lambda q, k, v, mask: soft(np.where(mask, scores(q, k), -np.inf)) @ v,
            "the-row-that-sees-nothing"),
    "large-negative": (lambda q, k, v, mask: soft(np.where(mask, scores(q, k), -1e9)) @ v,
                       "the-row-that-sees-nothing"),
    "transposed": (lambda q, k, v, mask: attend(q, k, v, mask).T, "must have the shape"),
}  # fmt: skip
ATTENTION_RIGHT = {
    "by-hand": attend,
    "nan-to-num": with_nan_to_num,
    "online": in_blocks,
    "scaled-queries": lambda q, k, v, mask: masked_softmax(q / q.shape[1] ** 0.5 @ k.T, mask) @ v,
    "einsum": lambda q, k, v, mask: np.einsum(
        "nm,me->ne", masked_softmax(np.einsum("nd,md->nm", q, k) / q.shape[1] ** 0.5, mask), v),
}  # fmt: skip


def gradients(q, k, v, do, back=vjp, scale=None):
    root = np.sqrt(q.shape[1])
    y = soft(q @ k.T / root)
    ds = back(y, do @ v.T) * (1 / root if scale is None else scale)
    return ds @ k, ds.T @ q, y.T @ do


def flash_form(q, k, v, do):
    y = soft(scores(q, k))
    ds = y * (do @ v.T - (do * (y @ v)).sum(axis=1, keepdims=True)) / q.shape[1] ** 0.5
    return ds @ k, ds.T @ q, y.T @ do


def exchanged(q, k, v, do):
    dq, dk, dv = gradients(q, k, v, do)
    return dk, dq, dv


ATTENTION_VJP = {
    "no-scale": (lambda *a: gradients(*a, scale=1.0), "scores-not-scaled"),
    "scale-twice": (lambda q, k, v, do: gradients(q, k, v, do, scale=1 / q.shape[1]),
                    "scores-not-scaled"),
    "diagonal": (lambda *a: gradients(*a, back=lambda y, g: y * (1 - y) * g), "only-the-diagonal"),
    "no-softmax": (lambda *a: gradients(*a, back=lambda y, g: g), "no-softmax-at-all"),
    "columns": (lambda *a: gradients(*a, back=lambda y, g: along(y, g, 0)),
                "the-dot-along-the-wrong-axis"),
    "exchanged": (exchanged, "keys-and-queries-exchanged"),
    "two-things": (lambda *a: gradients(*a)[:2], "Return 3 things, `dq` and `dk` and `dv`"),
    "sign": (lambda *a: tuple(-d for d in gradients(*a)), "must be"),
}  # fmt: skip
ATTENTION_VJP_RIGHT = {"by-the-rule": gradients, "flash": flash_form}


# --- softmax with a sink --------------------------------------------------------------------------


def shares_with_sink(z, a):
    total = np.logaddexp(np.logaddexp.reduce(z, axis=-1, keepdims=True), a)
    return np.exp(z - total), np.exp(a - total)


def sink_by_rule(z, a, g, shares=shares_with_sink):
    y, rest = shares(z, a)
    s = rows(g * y)
    return y * (g - s), -(rest * s).sum()


def sink_by_a_class(z, a, g):
    wide = soft(np.pad(z, ((0, 0), (0, 1)), constant_values=a))
    dz = vjp(wide, np.pad(g, ((0, 0), (0, 1))))
    return dz[:, :-1], dz[:, -1].sum()


def sink_without_a_shift(z, a):
    e = np.exp(z)
    return e / (rows(e) + np.exp(a)), np.exp(a) / (rows(e) + np.exp(a))


def sink_in_each_row(z, a, g):
    y, rest = shares_with_sink(z, a)
    return sink_by_rule(z, a, g)[0], -(rest * rows(g * y))[:, 0]


SINK = {
    "after": (lambda *a: sink_by_rule(*a, shares=lambda z, a: (
                  soft(z) / (1 + np.exp(a)), np.exp(a) / (1 + np.exp(a)))),
              "the-sink-after-the-softmax"),
    "factor-held": (lambda z, a, g: (vjp(soft(z), g) * (1 - shares_with_sink(z, a)[1]),
                                     sink_by_rule(z, a, g)[1]), "the-sink-after-the-softmax"),
    "left-out": (lambda z, a, g: (vjp(soft(z), g), sink_by_rule(z, a, g)[1]),
                 "the-sink-after-the-softmax"),
    "silent": (lambda z, a, g: (sink_by_rule(z, a, g)[0], 0.0), "a-sink-that-hears-nothing"),
    "sign": (lambda z, a, g: (sink_by_rule(z, a, g)[0], -sink_by_rule(z, a, g)[1]),
             "a-sink-that-hears-nothing"),
    "each-row": (sink_in_each_row, "a-sink-for-each-row"),
    "mean": (lambda z, a, g: (sink_by_rule(z, a, g)[0], sink_by_rule(z, a, g)[1] / len(z)),
             "a-sink-for-each-row"),
    "no-shift": (lambda *a: sink_by_rule(*a, shares=sink_without_a_shift),
                 "the-sink-without-its-shift"),
    "column-kept": (lambda z, a, g: (vjp(soft(np.pad(z, ((0, 0), (0, 1)), constant_values=a)),
                                         np.pad(g, ((0, 0), (0, 1)))), 0.0), "must have the shape"),
}  # fmt: skip
SINK_RIGHT = {"rule": sink_by_rule, "one-more-class": sink_by_a_class}


# --- The tests ------------------------------------------------------------------------------------

TABLES = {
    "softmax": (SOFTMAX, SOFTMAX_RIGHT),
    "log_softmax": (LOG_SOFTMAX, LOG_SOFTMAX_RIGHT),
    "logsumexp": (LOGSUMEXP, LOGSUMEXP_RIGHT),
    "softmax_jacobian": (JACOBIAN, JACOBIAN_RIGHT),
    "softmax_vjp": (VJP, VJP_RIGHT),
    "softmax_of_integers": (SOFTMAX_OF_INTEGERS, SOFTMAX_OF_INTEGERS_RIGHT),
    "softmax_vjp_any_axis": (ANY_AXIS, ANY_AXIS_RIGHT),
    "capped_vjp": (CAPPED, CAPPED_RIGHT),
    "log_softmax_vjp": (LOG_VJP, LOG_VJP_RIGHT),
    "cross_entropy": (CROSS_ENTROPY, CROSS_ENTROPY_RIGHT),
    "cross_entropy_grad": (CROSS_ENTROPY_GRAD, CROSS_ENTROPY_GRAD_RIGHT),
    "cross_entropy_and_grad": (BATCH, BATCH_RIGHT),
    "attention": (ATTENTION, ATTENTION_RIGHT),
    "attention_vjp": (ATTENTION_VJP, ATTENTION_VJP_RIGHT),
    "sink_vjp": (SINK, SINK_RIGHT),
    "curvature": (answers_in_code.CURVATURE, answers_in_code.CURVATURE_RIGHT),
    "accurate_log_softmax": (
        answers_to_the_last_digit.LOG_SOFTMAX,
        answers_to_the_last_digit.LOG_SOFTMAX_RIGHT,
    ),
    "sure_loss": (answers_to_the_last_digit.SURE_LOSS, answers_to_the_last_digit.SURE_LOSS_RIGHT),
    "softmax_layer": (answers_in_code.LAYER, answers_in_code.LAYER_RIGHT),
}


def cases(which):
    return [
        pytest.param(name, answer, id=f"{name}-{case}")
        for name, tables in TABLES.items()
        for case, answer in tables[which].items()
    ]


def check(name, answer, seed=None):
    rng = None if seed is None else np.random.default_rng(seed)
    return course.check(name, answer, rng=rng)


@pytest.mark.parametrize(("name", "wrong"), cases(0))
def test_the_mistake_behind_a_wrong_answer_is_named(name, wrong):
    answer, expected = wrong
    for seed in (None, 1):
        named(check(name, answer, seed), expected)


@pytest.mark.parametrize(("name", "answer"), cases(1))
def test_every_right_form_is_taken(name, answer):
    for seed in (None, 1, 2):
        verdict = check(name, answer, seed)
        assert verdict, verdict.message
        assert verdict.message.startswith("Right")


def zero_times_infinity(z, t):
    return -(one_hot(z, t) * np.log(soft(z))).sum() / len(z), mean_gradient(z, t)


def test_who_has_shifted_is_not_told_to_shift():
    said = check("cross_entropy_and_grad", zero_times_infinity, None).message
    assert "it multiplies 0 by the logarithm" in said
    assert "Subtract the largest" not in said


def test_numbers_are_printed_until_they_differ():
    rounded = {
        "logsumexp": lambda z: special.logsumexp(z, axis=-1).round(4),
        "softmax_vjp": lambda y, g: vjp(y, g).round(5),
    }
    for name, answer in rounded.items():
        wanted, yours = re.findall(
            r"must be (\S+), and yours is (\S+)\.", check(name, answer, None).message
        )[0]
        assert wanted != yours


def test_a_difference_of_gradients_is_not_praised_as_the_rule():
    said = check("curvature", answers_in_code.by_differences, None)
    assert said
    assert "difference of two gradients" in said.message
    by_graph = check("curvature", answers_in_code.by_graph, None).message
    assert by_graph == "Right: the rule of the book once more, times the sum of the targets."


# --- predictions ----------------------------------------------------------------------------------

PREDICTED = {
    "odds_doubled": ([7.39, np.e**2], [2 * np.e, "7.39", [7.39]]),
    "tangent_carries": (["larger", " Larger"], ["smaller", 1, True]),
    "leader_or_crowd": (["leader"], ["crowd", 6.9]),
    "ten_equal": ([[0] + [0.1] * 9, np.repeat([0, 0.1], [1, 9])], [[0.1] * 10, [0, 0.1], 0.1]),
    "one_class": ([[-1, 1, -1], (-1.0, 1.0, -1.0)], [[1, 1, -1], [-1, 1], "-+-"]),
    "which_shapes": (
        [["raises", "wrong", "right", "wrong"]],
        [["raises", "raises", "right", "wrong"], ["raises"], "raises"],
    ),
    "twice_as_hot": ([[1 / 4, 1, 0]], [[0.5, 1, 0], [0.25, 4, 0], [0.25, 1, 5], [0.25, 1], 0.25]),
    "checked_at_zero": (["mean without weights"], ["plus", 0]),
    "sum_that_stops": ([256, np.float16(256)], [1000, 512, "256", np.nan]),
    "one_token": (
        [[[3], [1, 2, 3], [1, 2, 3]]],
        [[[3], [1, 2, 3, 4, 5, 6], [3]], [[3]], [3, 3, 3], {3: 3}],
    ),
}


@pytest.mark.parametrize("name", PREDICTED)
def test_a_prediction_is_compared(name):
    right, wrong = PREDICTED[name]
    for answer in right:
        assert course.check(name, answer).message.startswith("As you predicted: ")
    for answer in wrong:
        verdict = course.check(name, answer)
        assert not verdict
        assert verdict.message.startswith(("That ", "You wrote ")), verdict.message
    assert course.check(name, None).message.startswith("No prediction yet: in place of `None`, ")


def test_a_false_prediction_is_told_its_place_and_not_the_truth():
    said = course.check("one_class", [-1, 1, 1]).message
    assert said == (
        "That is not what happens: look at entry 3 again. Change it, or run it and see why."
    )


def test_every_task_has_a_table():
    assert set(PREDICTED) == {task.name for task in PREDICTIONS}
    others = {*DERIVATIONS, *PREDICTIONS}
    assert set(TABLES) == {name for name, task in course.TASKS.items() if task not in others}
    assert all(len(wrong) >= 5 and len(right) >= 2 for wrong, right in TABLES.values())
