"""The checkers for the rule that carries a gradient back through softmax."""

import numpy as np

import softback
from softback.exercises import _draws, _words
from softback.exercises._engine import judge
from softback.exercises._forward import DOWN_THE_COLUMNS, NO_KEEPDIMS
from softback.exercises._jacobian import SOFTMAX_AGAIN
from softback.exercises._task import Slip, Task

ONLY_THE_DIAGONAL = (
    "You kept only the diagonal: raising one logit also lowers every other probability."
)
RULE_OF_LOG_SOFTMAX = (
    "This is the rule of log-softmax. The gradient of softmax itself is "
    "`y_j * (g_j - sum(g_k * y_k))`."
)


def _pairs(rng):
    return [
        {"y": _draws.shares(rng, shape), "g": _draws.upstream(rng, shape)}
        for shape in _draws.SHAPES
    ]


def along(x, axis):
    """Return the sums along an axis that stays, with length 1."""
    return x.sum(axis=axis, keepdims=True)


def sums_to_zero(case, dz):
    """Complain about a gradient by logits that does not sum to zero."""
    sums = dz.sum(axis=case.get("axis", -1))
    worst = sums.flat[np.abs(sums).argmax()]
    if abs(worst) < 1e-9:
        return None
    return (
        f"your gradient sums to {_words.number(worst)} where it must sum to 0: a shift of all "
        "logits changes nothing."
    )


def plain_vjp(y, g, axis=-1):
    """Return the rule as the book writes it; the library's corrects a y that does not sum to 1."""
    return y * (g - along(g * y, axis))


def _flat_jacobian(y, g, axis=-1):
    flat = y.ravel()
    return ((np.diag(flat) - np.outer(flat, flat)) @ g.ravel()).reshape(y.shape)


def _mean_jacobian(y, g):
    rows, upstream = y.reshape(-1, y.shape[-1]), g.reshape(-1, y.shape[-1])
    return (upstream @ softback.softmax_jacobian(rows.mean(axis=0))).reshape(y.shape)


def _overwritten(y, g):
    dz = g * 1.0
    for i in range(y.shape[-1]):
        dz[..., i] = y[..., i] * (dz[..., i] - (dz * y).sum(axis=-1))
    return dz


NOT_WEIGHTED = (
    "The mean that comes off must be weighted by `y`: it is `sum(g_k * y_k)`, and not the sum or "
    "the plain mean of g."
)
MEAN_OF_Y = (
    "The sum in the bracket lacks g: what comes off is the mean of the upstream gradient, "
    "`sum(g_k * y_k)`."
)
NO_SCALE = "You centred g and did not scale: multiply the bracket by `y`."
PLUS = "The weighted mean must be taken off, and you added it: the sign in the bracket is minus."
MINUS_ALL = "Right but for the sign of the whole: it is `g_j` less the mean, and not the reverse."
NO_OWN_TERM = (
    "The term with i = j is missing: `-y_j * sum(g_k * y_k)` is what the other classes cost, and "
    "`y_j * g_j` must be added."
)
NO_MEAN = "You scaled g by `y` and stopped. Take the weighted mean off g first."
FEWER = (
    "You divide by the number of rows. Each row has its own gradient; a mean belongs to the loss."
)


def _vjp_slips(wrong_axes):
    """Return the slips of softmax_vjp; the axes come before what only several rows can show."""
    vjp = softback.softmax_vjp
    return (
        Slip(ONLY_THE_DIAGONAL, lambda y, g, axis=-1: y * (1 - y) * g),
        Slip(NO_MEAN, lambda y, g, axis=-1: y * g),
        Slip(NOT_WEIGHTED, lambda y, g, axis=-1: y * (g - along(g, axis)),
             lambda y, g, axis=-1: y * (g - g.mean(axis=axis, keepdims=True))),
        Slip(MEAN_OF_Y, lambda y, g, axis=-1: y * (g - along(y * y, axis)),
             lambda y, g, axis=-1: y * (g - along(y, axis))),
        Slip(RULE_OF_LOG_SOFTMAX, lambda y, g, axis=-1: g - y * along(g, axis)),
        Slip(NO_SCALE, lambda y, g, axis=-1: g - along(g * y, axis)),
        Slip(PLUS, lambda y, g, axis=-1: y * (g + along(g * y, axis))),
        Slip(MINUS_ALL, lambda y, g, axis=-1: -vjp(y, g, axis)),
        Slip(NO_OWN_TERM, lambda y, g, axis=-1: -y * along(g * y, axis)),
        Slip(SOFTMAX_AGAIN, lambda y, g, axis=-1: vjp(softback.softmax(y, axis), g, axis)),
        Slip("You multiplied by y twice: one factor stands in front of the bracket, and one in the "
             "sum.", lambda y, g, axis=-1: y * vjp(y, g, axis),
             lambda y, g, axis=-1: y * (g * y - along(g * y, axis))),
        *wrong_axes,
    )  # fmt: skip


_LAST_AXIS_SLIPS = (
    Slip("`y @ y.T` of a vector is one number. A column times a row is `np.outer(y, y)`; or use no "
         "matrix at all.", lambda y, g: (np.diag(y) - y @ y.T) @ g),
    Slip("Your loop writes into the array that its sum still reads. Compute the weighted mean "
         "before the loop, or write to a new array.", _overwritten),
    Slip("You use one Jacobian for all rows, that of the mean of the rows. Each row has its own.",
         _mean_jacobian),
    Slip("You treat the whole array as one softmax. Each row is a softmax of its own: sum along "
         "the last axis.", _flat_jacobian, lambda y, g: y * (g - (g * y).sum())),
    Slip(DOWN_THE_COLUMNS, lambda y, g: plain_vjp(y, g, 0),
         lambda y, g: y * (g - along(g * y, 0))),
    Slip(NO_KEEPDIMS, lambda y, g: y * (g - (g * y).sum(axis=-1)),
         lambda y, g: y * g - y * (g * y).sum(axis=-1)),
    Slip(FEWER, lambda y, g: softback.softmax_vjp(y, g) / len(y),
         lambda y, g: softback.softmax_vjp(y, g) * y.shape[-1] / y.size),
    Slip("You divide by the number of classes. Nothing is averaged over classes here.",
         lambda y, g: softback.softmax_vjp(y, g) / y.shape[-1]),
)  # fmt: skip

SOFTMAX_VJP = Task(
    call="softmax_vjp(y, g)",
    cases=_pairs,
    right=softback.softmax_vjp,
    returns=("dz",),
    slips=_vjp_slips(_LAST_AXIS_SLIPS),
    properties=(sums_to_zero,),
    praise="Right: the upstream gradient, centred with the weights y, then scaled by y.",
)


def check_softmax_vjp(answer, *, rng=None):
    """Return the verdict on a reader's ``softmax_vjp(y, g)`` along the last axis, for any shape.

    Parameters
    ----------
    answer : callable
        Takes shares and the upstream gradient, both of shape (..., C), returns dL/dz.
    rng : numpy.random.Generator, optional
        Where the inputs come from; by default the same ones each time.

    Returns
    -------
    Verdict
    """
    return judge(SOFTMAX_VJP, answer, rng)


# --- Any axis -------------------------------------------------------------------------------------

_AXES = [((4,), 0), ((2, 4), 1), ((2, 4), 0), ((3, 3), 1), ((2, 3, 4), 1), ((2, 3, 4), -2),
         ((2, 3, 4, 2), 1), ((2, 3, 4), -1), ((5, 2), -2)]  # fmt: skip


def _axis_cases(rng):
    return [
        {
            "y": _draws.shares(rng, shape, axis),
            "g": _draws.upstream(rng, shape),
            "axis": axis,
        }
        for shape, axis in _AXES
    ]


def _not_moved_back(y, g, axis):
    return plain_vjp(np.moveaxis(y, axis, -1), np.moveaxis(g, axis, -1))


def _transposed_batch(y, g, axis):
    return plain_vjp(y.T, g.T, axis).T


_ANY_AXIS_SLIPS = (
    Slip("You ignore `axis` and always work along the last one. Hand it on to the sum.",
         lambda y, g, axis: plain_vjp(y, g)),
    Slip("You ignore `axis` and always work along the first one. Hand it on to the sum.",
         lambda y, g, axis: plain_vjp(y, g, 0)),
    Slip("You sum over the whole array. Sum along `axis` only: everywhere else stand softmaxes "
         "that do not know of each other.", _flat_jacobian,
         lambda y, g, axis: y * (g - (g * y).sum())),
    Slip("You moved the axis to the end and did not move it back.", _not_moved_back),
    Slip("You swapped axes with `.T`, which turns the order of *all* axes round. "
         "`np.moveaxis` moves one.", _transposed_batch),
    Slip("The sums lost their axis, so NumPy lines them up with the last axes. "
         "Keep it: `keepdims=True`.", lambda y, g, axis: y * (g - (g * y).sum(axis=axis)),
         lambda y, g, axis: y * g - y * (g * y).sum(axis=axis)),
    Slip("You sum along every axis but `axis`. It names the axis that sums to one.",
         lambda y, g, axis: y * (g - (g * y).sum(
             axis=tuple({*range(y.ndim)} - {axis % y.ndim}), keepdims=True))),
)  # fmt: skip

SOFTMAX_VJP_ANY_AXIS = Task(
    call="softmax_vjp(y, g, axis)",
    cases=_axis_cases,
    right=softback.softmax_vjp,
    returns=("dz",),
    slips=_vjp_slips(_ANY_AXIS_SLIPS),
    properties=(sums_to_zero,),
    praise="Right, along every axis of every array.",
)


def check_softmax_vjp_any_axis(answer, *, rng=None):
    """Return the verdict on a reader's ``softmax_vjp(y, g, axis)``, for any shape and axis.

    Parameters
    ----------
    answer : callable
        Takes shares, the upstream gradient of the same shape, and the axis that sums to one; it may
        be negative. Returns dL/dz.
    rng : numpy.random.Generator, optional
        Where the inputs come from; by default the same ones each time.

    Returns
    -------
    Verdict
    """
    return judge(SOFTMAX_VJP_ANY_AXIS, answer, rng)
