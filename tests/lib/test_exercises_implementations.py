"""Each checker rejects a table of wrong answers, each with its sentence, and takes right ones.

The functions are written as readers would write them, without the library where that is possible.
"""

import numpy as np
import pytest
from scipy import special

from softback import exercises
from tests.lib import answers_in_code, answers_to_the_last_digit
from tests.lib.answers_to_the_last_digit import rows, soft, top


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
    "exponentials": (lambda z: np.exp(z), "Divide them by their sum"),
    "shifted-exponentials": (lambda z: np.exp(z - top(z)), "largest share is always 1"),
    "no-exponential": (lambda z: z / rows(z), "divided the logits themselves"),
    "whole-array": (lambda z: np.exp(z) / np.exp(z).sum(), "sum over the whole array"),
    "columns": (lambda z: np.exp(z) / np.exp(z).sum(axis=0), "sum down the columns"),
    "no-keepdims": (lambda z: np.exp(z) / np.exp(z).sum(axis=-1), "keepdims=True"),
    "negative": (lambda z: np.exp(-z) / rows(np.exp(-z)), "turned the order round"),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), "as a sigmoid does"),
    "log": (lambda z: z - special.logsumexp(z, axis=-1, keepdims=True), "which is log-softmax"),
    "powers-of-2": (lambda z: soft(z * np.log(2)), "powers of 2"),
    "integer-buffer": (softmax_in_the_buffer, "dtype=float"),
    "shift-of-all": (lambda z: np.exp(z - z.max()) / rows(np.exp(z - z.max())), "own largest"),
    "shift-by-mean": (lambda z: np.exp(z - mean(z)) / rows(np.exp(z - mean(z))), "or the mean"),
    "no-shift": (lambda z: np.exp(z) / rows(np.exp(z)), "more than a float64 can hold"),
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


# --- log_softmax and logsumexp --------------------------------------------------------------------

LOG_SOFTMAX = {
    "shares": (soft, "Log-softmax is their logarithm"),
    "only-the-shift": (lambda z: z - top(z), "took the largest logit off and stopped"),
    "sum-not-log": (lambda z: z - rows(np.exp(z)), "Take off its logarithm"),
    "sign": (lambda z: special.logsumexp(z, axis=-1, keepdims=True) - z, "sign is turned round"),
    "shift-not-undone": (lambda z: z - np.log(rows(np.exp(z - top(z)))), "took the shift back"),
    "log2": (lambda z: special.log_softmax(z, axis=-1) / np.log(2), "base 2"),
    "whole-array": (lambda z: z - special.logsumexp(z), "sum over the whole array"),
    "columns": (lambda z: special.log_softmax(z, axis=0), "sum down the columns"),
    "no-keepdims": (lambda z: z - special.logsumexp(z, axis=-1), "keepdims=True"),
    "log-of-softmax": (lambda z: np.log(soft(z)), "logarithm of softmax"),
    "no-shift": (lambda z: z - np.log(rows(np.exp(z))), "Take the largest logit"),
    "above-zero": (lambda z: special.log_softmax(z, axis=-1) + 2, "never above 0"),
}  # fmt: skip
LOG_SOFTMAX_RIGHT = {
    "shifted": lambda z: z - top(z) - np.log(rows(np.exp(z - top(z)))),
    "by-logsumexp": lambda z: z - special.logsumexp(z, axis=-1, keepdims=True),
    "scipy": lambda z: special.log_softmax(z, axis=-1),
    "by-logaddexp": lambda z: z - np.logaddexp.reduce(z * 1.0, axis=-1, keepdims=True),
}

LOGSUMEXP = {
    "shift-not-undone": (lambda z: np.log(np.exp(z - top(z)).sum(axis=-1)), "add it to"),
    "shift-twice": (lambda z: np.log(np.exp(z - top(z)).sum(axis=-1)) - z.max(-1), "must be added"),
    "no-log": (lambda z: np.exp(z).sum(axis=-1), "Take its logarithm"),
    "max": (lambda z: z.max(axis=-1), "the largest logit alone"),
    "log-first": (lambda z: np.log(np.exp(z)).sum(axis=-1), "before you summed"),
    "mean": (lambda z: np.log(np.exp(z).mean(axis=-1)), "the mean of the exponentials"),
    "keeps-axis": (lambda z: special.logsumexp(z, axis=-1, keepdims=True), "kept the axis"),
    "whole-array": (lambda z: special.logsumexp(z), "sum over the whole array"),
    "columns": (lambda z: special.logsumexp(z, axis=0), "sum down the columns"),
    "no-shift": (lambda z: np.log(np.exp(z).sum(axis=-1)), "more than a float64 can hold"),
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
    "inner-product": (lambda y: np.diag(y) - y @ y.T, "one number, the sum of the squares"),
    "same-index": (lambda y: np.eye(len(y)) * y - y**2, "the product of two"),
    "diagonal": (lambda y: np.diag(y * (1 - y)), "filled the diagonal only"),
    "diagonal-vector": (lambda y: y * (1 - y), "filled the diagonal only"),
    "diag-alone": (lambda y: np.diag(y), "alone"),
    "no-diagonal": (jacobian_without_the_diagonal, "case i = j is missing"),
    "sign": (lambda y: -jacobian_in_loops(y), "sign is turned round"),
    "plus": (lambda y: np.diag(y) + np.outer(y, y), "added where you must subtract"),
    "ones": (lambda y: y[:, None] * (1 - y), "The 1 is a delta"),
    "log-softmax": (lambda y: np.eye(len(y)) - y, "Jacobian of log-softmax"),
    "softmax-again": (lambda y: jacobian_in_loops(soft(y)), "output of softmax already"),
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
    "diagonal": (lambda y, g: g * y * (1 - y), "You kept only the diagonal: raising one logit"),
    "no-mean": (lambda y, g: g * y, "scaled g by `y` and stopped"),
    "plain-sum": (lambda y, g: y * (g - rows(g)), "must be weighted by `y`"),
    "plain-mean": (lambda y, g: y * (g - g.mean(-1, keepdims=True)), "must be weighted by `y`"),
    "no-g": (lambda y, g: y * (g - rows(y**2)), "The sum in the bracket lacks g"),
    "log-rule": (lambda y, g: g - y * rows(g), "This is the rule of log-softmax"),
    "no-scale": (lambda y, g: g - rows(g * y), "multiply the bracket by `y`"),
    "plus": (lambda y, g: y * (g + rows(g * y)), "the sign in the bracket is minus"),
    "sign": (lambda y, g: y * (rows(g * y) - g), "but for the sign of the whole"),
    "no-own-term": (lambda y, g: -y * rows(g * y), "The term with i = j is missing"),
    "softmax-again": (lambda y, g: vjp(soft(y), g), "output of softmax already"),
    "inner-product": (lambda y, g: (np.diag(y) - y @ y.T) @ g, "one number"),
    "in-place": (vjp_in_place, "writes into the array that its sum still reads"),
    "batch-mean": (batch_mean_jacobian, "one Jacobian for all rows"),
    "whole-array": (lambda y, g: y * (g - (g * y).sum()), "the whole array as one softmax"),
    "columns": (lambda y, g: y * (g - (g * y).sum(0, keepdims=True)), "sum down the columns"),
    "no-keepdims": (lambda y, g: y * (g - (g * y).sum(axis=-1)), "keepdims=True"),
    "batch-size": (lambda y, g: vjp(y, g) / y.shape[0], "divide by the number of"),
    "classes": (lambda y, g: vjp(y, g) / y.shape[-1], "divide by the number of classes"),
    "zeros": (lambda y, g: y * 0, "must be"),
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


def other_axes(y, axis):
    return tuple(n for n in range(y.ndim) if n != axis % y.ndim)


ANY_AXIS = {
    "last-axis": (lambda y, g, axis: vjp(y, g), "always work along the last"),
    "first-axis": (lambda y, g, axis: along(y, g, 0), "always work along the first"),
    "whole-array": (lambda y, g, axis: y * (g - (g * y).sum()), "Sum along `axis` only"),
    "not-moved-back": (moved, "did not move it back"),
    "transposed": (lambda y, g, axis: along(y.T, g.T, axis).T, "order of *all* axes"),
    "no-keepdims": (lambda y, g, axis: y * (g - (g * y).sum(axis=axis)), "keepdims=True"),
    "other-axes": (lambda y, g, axis: along(y, g, other_axes(y, axis)), "every axis but `axis`"),
    "diagonal": (lambda y, g, axis: g * y * (1 - y), "kept only the diagonal"),
    "log-rule": (lambda y, g, axis: g - y * g.sum(axis, keepdims=True), "rule of log-softmax"),
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

    assert exercises.check_softmax_vjp_any_axis(with_default)


# --- log_softmax_vjp ------------------------------------------------------------------------------


def log_vjp_in_loops(logy, g):
    dz = np.zeros(g.shape)
    for row in np.ndindex(g.shape[:-1]):
        for j in range(g.shape[-1]):
            for i in range(g.shape[-1]):
                dz[row][j] += g[row][i] * ((i == j) - np.exp(logy[row][j]))
    return dz


LOG_VJP = {
    "exp-of-g": (lambda logy, g: g - np.exp(g) * rows(g), "exponential of the gradient"),
    "no-exp": (lambda logy, g: g - logy * rows(g), "used `logy` where the rule has y"),
    "softmax-rule": (lambda logy, g: vjp(np.exp(logy), g), "This is the rule of softmax"),
    "no-sum": (lambda logy, g: g - np.exp(logy), "as if g summed to one"),
    "jvp": (lambda logy, g: g - rows(np.exp(logy) * g), "the other direction, the jvp"),
    "plus": (lambda logy, g: g + np.exp(logy) * rows(g), "added where you must subtract"),
    "sign": (lambda logy, g: np.exp(logy) * rows(g) - g, "sign of the whole"),
    "mean": (lambda logy, g: g - np.exp(logy) * g.mean(-1, keepdims=True), "mean of g"),
    "diagonal": (lambda logy, g: g * (1 - np.exp(logy)), "kept only the diagonal"),
    "y-in-the-sum": (lambda logy, g: g - np.exp(logy) * rows(g * np.exp(logy)), "g alone"),
    "whole-array": (lambda logy, g: g - np.exp(logy) * g.sum(), "sum over the whole array"),
    "columns": (lambda logy, g: g - np.exp(logy) * g.sum(0, keepdims=True), "down the columns"),
    "no-keepdims": (lambda logy, g: g - np.exp(logy) * g.sum(axis=-1), "keepdims=True"),
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
    "sign": (lambda z, t: t @ logs(z), "The minus is missing"),
    "not-summed": (lambda z, t: -t * logs(z), "one number for each class"),
    "mean": (lambda z, t: -(t * logs(z)).mean(), "mean over the classes"),
    "no-targets": (lambda z, t: -logs(z).sum(), "left the targets out"),
    "no-log": (lambda z, t: -(t * soft(z)).sum(), "left the logarithm out"),
    "argmax": (lambda z, t: -logs(z)[t.argmax()], "only the class with the largest target"),
    "log-of-logits": (lambda z, t: -(t * np.log(z)).sum(), "logarithms of the logits"),
    "logits": (lambda z, t: -(t * z).sum(), "used the logits"),
    "exchanged": (lambda z, t: -(soft(z) * np.log(t)).sum(), "exchanged shares and targets"),
    "squared": (lambda z, t: 0.5 * ((soft(z) - t) ** 2).sum(), "squared error"),
    "log2": (lambda z, t: -(t @ logs(z)) / np.log(2), "base 2"),
    "softmax-twice": (lambda z, t: -(t @ logs(soft(z))), "applied softmax twice"),
    "unit-sum": (lambda z, t: special.logsumexp(z) - t @ z, "comes off `sum(t)` times"),
    "epsilon": (lambda z, t: -(t * np.log(soft(z) + 1e-9)).sum(), "is no cure"),
    "clipped": (lambda z, t: -(t * np.log(np.maximum(soft(z), 1e-12))).sum(), "is no cure"),
    "log-of-softmax": (lambda z, t: -(t * np.log(soft(z))).sum(), "underflows to 0"),
    "no-shift": (lambda z, t: -t @ (z - np.log(np.exp(z).sum())), "overflow for logits near 1000"),
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
    "unit-sum": (lambda z, t: soft(z) - t, "only where the targets sum to one"),
    "sign": (lambda z, t: t - soft(z), "The sign is turned round"),
    "outputs": (lambda z, t: -t / soft(z), "gradient by the shares"),
    "twice": (lambda z, t: vjp(soft(z), soft(z) - t), "once more"),
    "mean": (lambda z, t: (soft(z) * t.sum() - t) / len(z), "number of classes"),
    "no-targets": (lambda z, t: soft(z), "The targets must still come off"),
    "logits": (lambda z, t: z - t, "They must become shares first"),
    "softmax-twice": (lambda z, t: soft(soft(z)) - t, "applied softmax twice"),
    "entrywise": (lambda z, t: soft(z) * t - t, "*sum* of all targets"),
    "fractions": (lambda z, t: vjp(soft(z), -t / soft(z)), "Let them cancel on paper"),
    "no-shift": (lambda z, t: np.exp(z) / np.exp(z).sum() * t.sum() - t, "overflow"),
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
    "not-divided": (lambda z, t: (mean_loss(z, t), soft(z) - one_hot(z, t)), "the gradient is not"),
    "summed": (lambda z, t: (mean_loss(z, t) * len(t), soft(z) - one_hot(z, t)), "You summed"),
    "per-row": (lambda z, t: (-logs(z)[np.arange(len(t)), t], mean_gradient(z, t)),
                "a loss for each row"),
    "columns": (lambda z, t: (mean_loss(z, t), all_target_columns(z, t)), "*all* targets"),
    "sign": (lambda z, t: (mean_loss(z, t), -mean_gradient(z, t)), "gradient has the wrong"),
    "sign-of-loss": (lambda z, t: (-mean_loss(z, t), mean_gradient(z, t)), "loss has the wrong"),
    "all-entries": (lambda z, t: (mean_loss(z, t), mean_gradient(z, t) / z.shape[1]), "all ent"),
    "twice": (lambda z, t: (mean_loss(z, t), vjp(soft(z), mean_gradient(z, t))), "once more"),
    "softmax-twice": (lambda z, t: (mean_loss(soft(z), t), mean_gradient(soft(z), t)), "twice"),
    "no-targets": (lambda z, t: (mean_loss(z, t), soft(z) / len(t)), "lacks the targets"),
    "exchanged": (lambda z, t: (mean_gradient(z, t), mean_loss(z, t)), "return the loss first"),
    "log-of-softmax": (lambda z, t: (-np.log(soft(z)[np.arange(len(t)), t]).mean(),
                                     mean_gradient(z, t)), "underflows to 0"),
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
    "not-scaled": (lambda q, k, v, mask: masked_softmax(q @ k.T, mask) @ v, "not scaled"),
    "divided-by-d": (lambda q, k, v, mask: masked_softmax(q @ k.T / q.shape[1], mask) @ v,
                     "by d, not by its square root"),
    "times-root": (lambda q, k, v, mask: masked_softmax(q @ k.T * np.sqrt(q.shape[1]), mask) @ v,
                   "multiply by the square root"),
    "root-of-keys": (lambda q, k, v, mask: masked_softmax(q @ k.T / np.sqrt(len(k)), mask) @ v,
                     "root is taken of the wrong size"),
    "no-softmax": (lambda q, k, v, mask: scores(q, k) @ v, "makes shares of them"),
    "shares": (lambda q, k, v, mask: masked_softmax(scores(q, k), mask), "Mix the values"),
    "no-mask": (lambda q, k, v, mask: soft(scores(q, k)) @ v, "You ignore the mask"),
    "inverted": (lambda q, k, v, mask: attend(q, k, v, ~mask), "wrong way round"),
    "columns": (lambda q, k, v, mask: masked_softmax(scores(q, k).T, mask.T).T @ v, "Each *query*"),
    "masked-late": (lambda q, k, v, mask: (soft(scores(q, k)) * mask) @ v, "no longer sums to one"),
    "zero-score": (lambda q, k, v, mask: soft(np.where(mask, scores(q, k), 0)) @ v, "score of 0"),
    "nan": (lambda q, k, v, mask: soft(np.where(mask, scores(q, k), -np.inf)) @ v, "becomes 0/0"),
    "large-negative": (lambda q, k, v, mask: soft(np.where(mask, scores(q, k), -1e9)) @ v,
                       "look everywhere"),
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
    "no-scale": (lambda *a: gradients(*a, scale=1.0), "is missing on the way back"),
    "scale-twice": (lambda q, k, v, do: gradients(q, k, v, do, scale=1 / q.shape[1]), "twice"),
    "diagonal": (lambda *a: gradients(*a, back=lambda y, g: y * (1 - y) * g), "only the diagonal"),
    "no-softmax": (lambda *a: gradients(*a, back=lambda y, g: g), "went past the softmax"),
    "columns": (lambda *a: gradients(*a, back=lambda y, g: along(y, g, 0)), "down the columns"),
    "exchanged": (exchanged, "dq and dk are exchanged"),
    "two-things": (lambda *a: gradients(*a)[:2], "Return 3 things, `dq` and `dk` and `dv`"),
    "sign": (lambda *a: tuple(-d for d in gradients(*a)), "must be"),
}  # fmt: skip
ATTENTION_VJP_RIGHT = {"by-the-rule": gradients, "flash": flash_form}


# --- The tests ------------------------------------------------------------------------------------

TABLES = {
    "softmax": (SOFTMAX, SOFTMAX_RIGHT),
    "log_softmax": (LOG_SOFTMAX, LOG_SOFTMAX_RIGHT),
    "logsumexp": (LOGSUMEXP, LOGSUMEXP_RIGHT),
    "softmax_jacobian": (JACOBIAN, JACOBIAN_RIGHT),
    "softmax_vjp": (VJP, VJP_RIGHT),
    "softmax_vjp_any_axis": (ANY_AXIS, ANY_AXIS_RIGHT),
    "log_softmax_vjp": (LOG_VJP, LOG_VJP_RIGHT),
    "cross_entropy": (CROSS_ENTROPY, CROSS_ENTROPY_RIGHT),
    "cross_entropy_grad": (CROSS_ENTROPY_GRAD, CROSS_ENTROPY_GRAD_RIGHT),
    "cross_entropy_and_grad": (BATCH, BATCH_RIGHT),
    "attention": (ATTENTION, ATTENTION_RIGHT),
    "attention_vjp": (ATTENTION_VJP, ATTENTION_VJP_RIGHT),
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
    return getattr(exercises, f"check_{name}")(answer, rng=rng)


@pytest.mark.parametrize(("name", "wrong"), cases(0))
def test_a_wrong_answer_gets_its_sentence(name, wrong):
    answer, sentence = wrong
    for seed in (None, 1):
        verdict = check(name, answer, seed)
        assert not verdict
        assert sentence in verdict.message


@pytest.mark.parametrize(("name", "answer"), cases(1))
def test_every_right_form_is_taken(name, answer):
    for seed in (None, 1, 2):
        verdict = check(name, answer, seed)
        assert verdict, verdict.message
        assert verdict.message.startswith("Right")


def test_every_checker_has_a_table():
    without = {"check_derivation"}
    named = {f"check_{name}" for name in TABLES} | without
    assert named == {name for name in exercises.__all__ if name.startswith("check_")}
    assert all(len(wrong) >= 5 and len(right) >= 2 for wrong, right in TABLES.values())
