"""Checkers of answers that must keep their last digits where one class is almost certain."""

from dataclasses import replace

import numpy as np

import softback
from softback.exercises import _draws
from softback.exercises._engine import judge
from softback.exercises._forward import LOG_SOFTMAX
from softback.exercises._task import Rung, Slip, Task

FEW_DIGITS = (
    "Digits are missing even for small logits. Is something kept as float32, or a small number "
    "added for safety?"
)
RAW_LOGITS = (
    "You take log-sum-exp off the raw logits. Where these are large the result is a small "
    "difference of large numbers, and has only their last digits: take the largest logit off first."
)
ADDED_ONE = (
    "Right on paper, but the 1 of the leading class was added before the logarithm was taken, and "
    "it pushed out the digits of the others. Leave it out of the sum and use `log1p`."
)
WHOLE_SUM = (
    "You handed the whole sum to `log1p`, which adds a 1 of its own: one class counts twice. "
    "Leave its exponential out of the sum."
)
# No two differ by more than a double holds exactly, so that nothing is lost before the answer runs.
PLAIN = (np.array([0.5, -1.25, 2.0]), np.array([1.0, 1.0]), np.array([-0.75, 0.0, 0.25, -2.0]))
RAISED = tuple(2.0**20 + z for z in PLAIN)
SURE = (
    np.array([0.0, -20.0]),
    np.array([1.0, 41.0, 0.0]),
    np.array([300.0, 0.0]),
)

# --- Log-softmax of rows --------------------------------------------------------------------------


def _top(z):
    return z.max(axis=-1, keepdims=True)


def _row(x):
    return x.sum(axis=-1, keepdims=True)


def _without_both_of_a_tie(z):
    x = z - _top(z)
    return x - np.log1p(_row(np.where(x < 0, np.exp(x), 0)))


def _without_the_first(z):
    x = z - z[..., :1]
    return x - np.log1p(_row(np.exp(x[..., 1:])))


def _of_logits(rows):
    return tuple({"z": z} for z in rows)


def _ties():
    return [{"z": np.array([2.0, 2.0, 1.0])}, {"z": np.array([[0.0, 0.0], [3.0, 1.0]])}]


ACCURATE_LOG_SOFTMAX = replace(
    LOG_SOFTMAX,
    cases=lambda rng: [*LOG_SOFTMAX.cases(rng), *_ties()],
    slips=(
        *LOG_SOFTMAX.slips,
        Slip("Where two logits are the largest you left both out of the sum. Leave out one; the "
             "other is one of the others.", _without_both_of_a_tie),
        Slip("You leave the first class out of the sum. The one to leave out is the largest of the "
             "row, wherever it stands.", _without_the_first,
             lambda z: z - _top(z) - np.log1p(_row(np.exp((z - _top(z))[..., 1:])))),
        Slip(WHOLE_SUM, lambda z: z - _top(z) - np.log1p(_row(np.exp(z - _top(z))))),
        Slip("A small number inside the logarithm is no cure: no result falls below its logarithm. "
             "Nothing needs it where logits are subtracted.",
             *(lambda z, tiny=10.0**-n: np.log(softback.softmax(z) + tiny) for n in range(7, 16)),
             *(lambda z, tiny=10.0**-n: np.log(np.maximum(softback.softmax(z), tiny))
               for n in range(7, 16))),
        Slip("Your `log1p` is given y - 1, where y is 0 for a class far behind: minus infinity. "
             "Give it the sum of the exponentials of the others.",
             lambda z: np.log1p(softback.softmax(z) - 1)),
    ),
    rungs=(
        Rung(FEW_DIGITS, _of_logits(PLAIN)),
        Rung(RAW_LOGITS, _of_logits(RAISED)),
        Rung(ADDED_ONE, _of_logits(SURE)),
    ),
    praise="Right, to the last digit: also where one class is almost certain.",
)  # fmt: skip


def check_accurate_log_softmax(answer, *, rng=None):
    """Return the verdict on a reader's ``log_softmax(z)`` that must lose no digit.

    Parameters
    ----------
    answer : callable
        Takes logits of shape (..., C), returns log-shares of the same shape.
    rng : numpy.random.Generator, optional
        Where the inputs come from; by default the same ones each time.

    Returns
    -------
    Verdict
    """
    return judge(ACCURATE_LOG_SOFTMAX, answer, rng)


# --- The loss of one class, and its slope ---------------------------------------------------------


def _rows(rng):
    rows = [_draws.logits(rng, (n,)) for n in (2, 3, 4)]
    # At 720 a share is still above 0, and the odds against it are infinite.
    far = [np.array(row) for row in ([1000.0, 1001.0, 999.0], [0.0, 1000.0], [0.0, 720.0])]
    ties = [np.array([2.0, 2.0])]
    return [{"z": z, "r": r} for z in (*rows, *far, *ties) for r in range(len(z))]


def _loss(z, r):
    return -softback.log_softmax(z)[r]


def _slope(z, r):
    return np.expm1(softback.log_softmax(z)[r])


def _with(loss=_loss, slope=_slope):
    return lambda z, r: (loss(z, r), slope(z, r))


def _q(z, r):
    return np.exp(np.delete(z, r) - z[r]).sum()


def _quotient(z, r):
    return -_q(z, r) / (1 + _q(z, r))


def _log_of_share(z, r):
    return -np.log(softback.softmax(z)[r])


def _no_shift(z, r):
    return np.log(np.exp(z).sum()) - z[r]


def _no_shift_slope(z, r):
    return np.exp(z)[r] / np.exp(z).sum() - 1


def _whole_row(z, r):
    return softback.softmax(z) - np.eye(len(z))[r]


def _at_the_top(rows):
    return tuple({"z": z, "r": int(z.argmax())} for z in rows)


SURE_LOSS = Task(
    call="sure_loss(z, r)",
    cases=_rows,
    right=_with(),
    returns=("loss", "slope"),
    slips=(
        Slip("Loss and slope are exchanged: return the loss first.",
             lambda z, r: (_slope(z, r), _loss(z, r))),
        Slip("The loss has the wrong sign: the minus in front of the logarithm is missing.",
             _with(lambda z, r: -_loss(z, r))),
        Slip("The slope has the wrong sign: raising the right logit lowers the loss.",
             _with(slope=lambda z, r: -_slope(z, r))),
        Slip("The slope is the share itself: take the 1 of the target off, without forming "
             "`y - 1`.", _with(slope=lambda z, r: softback.softmax(z)[r])),
        Slip("This is the slope by the share, `-1 / y_r`. By the logit it is `y_r - 1`.",
             _with(slope=lambda z, r: -1 / softback.softmax(z)[r])),
        Slip("You return the gradient by all logits. Only the entry of the class r is asked for.",
             _with(slope=_whole_row)),
        Slip("You return the loss of the largest logit, whatever r is.",
             lambda z, r: _with()(z, z.argmax()), _with(lambda z, r: _loss(z, z.argmax()))),
        Slip("You stopped at q. The loss is `log(1 + q)`, which is near q only if q is small.",
             _with(_q), _with(_q, _quotient), _with(_q, lambda z, r: np.expm1(-_q(z, r)))),
        Slip("The slope is -q only if q is small. Exactly it is `-q / (1 + q)`.",
             _with(slope=lambda z, r: -_q(z, r)),
             _with(lambda z, r: np.log1p(_q(z, r)), lambda z, r: -_q(z, r))),
        Slip(WHOLE_SUM, *(_with(lambda z, r: np.log1p(np.exp(z - z[r]).sum()), slope)
                          for slope in (_slope, _quotient)),
             _with(lambda z, r: np.log1p(np.exp(z - z.max()).sum()) + z.max() - z[r])),
        Slip("q overflows where the class trails far behind: exp(1000) is more than a float64 can "
             "hold. Shift by the largest logit, and leave out the largest.",
             *(_with(lambda z, r: np.log1p(_q(z, r)), slope) for slope in (_slope, _quotient))),
        Slip("On paper it is the logarithm of the share, but a small share becomes 0, and its "
             "logarithm minus infinity. Subtract logits instead.", _with(_log_of_share)),
        Slip("Right on paper, but exp(1000) is more than a float64 can hold. "
             "Take the largest logit off before `np.exp`.",
             _with(_no_shift), _with(_no_shift, _no_shift_slope)),
    ),
    properties=(),
    praise="Right, to the last digit: the loss and its slope, however sure the class is.",
    rungs=(
        Rung(FEW_DIGITS, _at_the_top(PLAIN)),
        Rung(FEW_DIGITS, _at_the_top(PLAIN), part=1),
        Rung(RAW_LOGITS, _at_the_top(RAISED)),
        Rung(ADDED_ONE, _at_the_top(SURE)),
        Rung("The loss has all its digits, and the slope lost its own next to 1. Use `expm1` of an "
             "accurate log-share, or add up what the other classes have.",
             _at_the_top(SURE), part=1),
    ),
)  # fmt: skip


def check_sure_loss(answer, *, rng=None):
    """Return the verdict on a reader's ``sure_loss(z, r)`` of one row, which must lose no digit.

    Parameters
    ----------
    answer : callable
        Takes logits of shape (C,) and the right class, counted from 0. Returns the loss and its
        slope by the logit of that class.
    rng : numpy.random.Generator, optional
        Where the inputs come from; by default the same ones each time.

    Returns
    -------
    Verdict
    """
    return judge(SURE_LOSS, answer, rng)
