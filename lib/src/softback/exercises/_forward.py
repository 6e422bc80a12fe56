"""Checkers for softmax, log_softmax and logsumexp along the last axis."""

import numpy as np

import softback
from softback.exercises import _draws, _words
from softback.exercises._engine import judge
from softback.exercises._task import Slip, Task


def _cases(rng):
    plain = [{"z": _draws.logits(rng, shape)} for shape in _draws.SHAPES]
    hard = [{"z": z} for z in _draws.far_apart()]
    return [*plain, {"z": np.array([1, 2, 4])}, *hard]


def _exps(z):
    return np.exp(z)


def _top(z):
    return z.max(axis=-1, keepdims=True)


def _row(x):
    return x.sum(axis=-1, keepdims=True)


def _in_buffer_of_the_input(z):
    buffer = np.zeros_like(z)
    buffer[...] = softback.softmax(z)
    return buffer


NO_SHIFT = (
    "Right on paper, but exp(1000) is more than a float64 can hold. "
    "Take the largest logit of each row off before `np.exp`."
)
SHIFT_OF_THE_WHOLE_ARRAY = (
    "You shift by the largest logit of the whole array. In a row far below it every exponential "
    "becomes 0: take each row's own largest logit."
)
NO_KEEPDIMS = (
    "The sums lost their axis, so NumPy lines them up with the columns. Keep it: `keepdims=True`."
)
DOWN_THE_COLUMNS = (
    "You sum down the columns. Each row is an example of its own: sum along the last axis, "
    "`axis=-1`."
)
WHOLE_ARRAY = (
    "You sum over the whole array. Each row is an example of its own: sum along the last axis, "
    "`axis=-1`."
)


def _sum_to_one(case, y):
    sums = y.sum(axis=-1)
    worst = sums.flat[np.abs(sums - 1).argmax()]
    if abs(worst - 1) < 1e-9:
        return None
    return f"your shares of a row sum to {_words.number(worst)}; they must sum to 1."


def _positive(case, y):
    if y.min() >= 0:
        return None
    return f"one of your shares is {_words.number(y.min())}; a share is never negative."


SOFTMAX = Task(
    call="softmax(z)",
    cases=_cases,
    right=softback.softmax,
    returns=("y",),
    slips=(
        Slip("You have the exponentials. Divide them by their sum to make shares of them.", _exps),
        Slip("You divided the logits themselves by their sum. Take exponentials first: shares must "
             "be positive, and logits need not be.", lambda z: z / _row(z)),
        Slip("Your largest share is always 1: these are the exponentials of the shifted logits. "
             "Divide them by their sum.", lambda z: np.exp(z - _top(z)),
             lambda z: _exps(z) / _top(_exps(z))),
        Slip(WHOLE_ARRAY, lambda z: _exps(z) / _exps(z).sum(),
             lambda z: np.exp(z - _top(z)) / np.exp(z - _top(z)).sum(),
             lambda z: softback.softmax(z, axis=None)),
        Slip(DOWN_THE_COLUMNS, lambda z: softback.softmax(z, axis=0),
             lambda z: _exps(z) / _exps(z).sum(axis=0, keepdims=True),
             lambda z: np.exp(z - _top(z)) / np.exp(z - _top(z)).sum(axis=0)),
        Slip(NO_KEEPDIMS, lambda z: _exps(z) / _exps(z).sum(axis=-1),
             lambda z: np.exp(z - _top(z)) / np.exp(z - _top(z)).sum(axis=-1),
             lambda z: np.exp(z - z.max(axis=-1)) / np.exp(z - z.max(axis=-1)).sum(axis=-1)),
        Slip("You turned the order round: `exp(-z)` falls as z grows. A larger logit must get a "
             "larger share.", lambda z: softback.softmax(-z)),
        Slip("You treat each logit alone, as a sigmoid does. The shares of a row must compete: "
             "divide by the sum over all classes.", lambda z: 1 / (1 + np.exp(-z))),
        Slip("You return the logarithm of the shares, which is log-softmax.", softback.log_softmax),
        Slip("You used powers of 2. Softmax is made of powers of e: `np.exp`.",
             lambda z: softback.softmax(z * np.log(2))),
        Slip("Your result is kept in an array of the type of the input. For integer logits every "
             "share is cut off to 0 there: make the array with `dtype=float`.",
             _in_buffer_of_the_input),
        Slip(SHIFT_OF_THE_WHOLE_ARRAY,
             lambda z: np.exp(z - z.max()) / _row(np.exp(z - z.max()))),
        Slip("You shift by the smallest logit or the mean. Only the largest keeps every exponent "
             "at 0 or below, so that nothing overflows.",
             lambda z: np.exp(z - z.min(axis=-1, keepdims=True))
             / _row(np.exp(z - z.min(axis=-1, keepdims=True))),
             lambda z: np.exp(z - z.mean(axis=-1, keepdims=True))
             / _row(np.exp(z - z.mean(axis=-1, keepdims=True)))),
        Slip(NO_SHIFT, lambda z: _exps(z) / _row(_exps(z))),
    ),
    properties=(_positive, _sum_to_one),
    praise="Right: positive shares that sum to one along the last axis, for large logits too.",
)  # fmt: skip


def check_softmax(answer, *, rng=None):
    """Return the verdict on a reader's ``softmax(z)`` along the last axis, for any shape.

    Parameters
    ----------
    answer : callable
        Takes logits of shape (..., C), returns shares of the same shape.
    rng : numpy.random.Generator, optional
        Where the inputs come from; by default the same ones each time.

    Returns
    -------
    Verdict
    """
    return judge(SOFTMAX, answer, rng)


def _log_of_safe(z):
    return np.log(softback.softmax(z))


def _never_above_zero(case, logy):
    if logy.max() <= 1e-9:
        return None
    return (
        f"one of your numbers is {_words.number(logy.max())}; the logarithm of a share is never "
        "above 0."
    )


def _shares_sum_to_one(case, logy):
    found = _sum_to_one(case, np.exp(np.minimum(logy, 700)))
    return found and found.replace("your shares of a row sum", "the exponentials of a row sum")


LOG_SOFTMAX = Task(
    call="log_softmax(z)",
    cases=_cases,
    right=softback.log_softmax,
    returns=("logy",),
    slips=(
        Slip("You return the shares themselves. Log-softmax is their logarithm.", softback.softmax,
             lambda z: _exps(z) / _row(_exps(z))),
        Slip("You took the largest logit off and stopped. What must come off is log-sum-exp, which "
             "is a little more than the largest.", lambda z: z - _top(z)),
        Slip("You took off the sum of the exponentials. Take off its logarithm.",
             lambda z: z - _row(_exps(z)), lambda z: z - _top(z) - _row(np.exp(z - _top(z)))),
        Slip("The sign is turned round: it is `z_i` less log-sum-exp, and never above 0.",
             lambda z: -softback.log_softmax(z)),
        Slip("You shifted inside the sum and never took the shift back: "
             "`m + log(sum(exp(z - m)))`.",
             lambda z: z - np.log(_row(np.exp(z - _top(z))))),
        Slip("You used the logarithm to base 2. Here it is the natural one: `np.log`.",
             lambda z: softback.log_softmax(z) / np.log(2),
             lambda z: z - softback.logsumexp(z, keepdims=True) / np.log(2)),
        Slip(WHOLE_ARRAY, lambda z: softback.log_softmax(z, axis=None),
             lambda z: z - np.log(_exps(z).sum()),
             lambda z: z - _top(z) - np.log(np.exp(z - _top(z)).sum())),
        Slip(DOWN_THE_COLUMNS, lambda z: softback.log_softmax(z, axis=0),
             lambda z: z - np.log(_exps(z).sum(axis=0))),
        Slip(NO_KEEPDIMS, lambda z: z - softback.logsumexp(z),
             lambda z: z - np.log(_exps(z).sum(axis=-1)),
             lambda z: z - _top(z) - np.log(np.exp(z - _top(z)).sum(axis=-1))),
        Slip(SHIFT_OF_THE_WHOLE_ARRAY,
             lambda z: z - z.max() - np.log(_row(np.exp(z - z.max())))),
        Slip("On paper it is the logarithm of softmax, but a small share becomes 0, and its "
             "logarithm minus infinity. Subtract instead: `z_i` less log-sum-exp.",
             _log_of_safe, lambda z: np.log(_exps(z) / _row(_exps(z)))),
        Slip(NO_SHIFT, lambda z: z - np.log(_row(_exps(z)))),
    ),
    properties=(_never_above_zero, _shares_sum_to_one),
    praise="Right: each logit less log-sum-exp of its row, and no logit is too large for it.",
)  # fmt: skip


def check_log_softmax(answer, *, rng=None):
    """Return the verdict on a reader's ``log_softmax(z)`` along the last axis, for any shape.

    Parameters and result are those of `check_softmax`.
    """
    return judge(LOG_SOFTMAX, answer, rng)


def _above_the_largest(case, lse):
    gap = lse - case["z"].max(axis=-1)
    if gap.min() >= -1e-9:
        return None
    return (
        f"your result lies {_words.number(-gap.min())} below the largest logit; log-sum-exp is "
        "never below it."
    )


LOGSUMEXP = Task(
    call="logsumexp(z)",
    cases=_cases,
    right=softback.logsumexp,
    returns=("lse",),
    slips=(
        Slip("You shifted by the largest logit and never took it back: add it to the logarithm.",
             lambda z: np.log(np.exp(z - _top(z)).sum(axis=-1))),
        Slip("You took the largest logit off where it must be added: "
             "`log(sum(exp(z - m)))` lacks m.",
             lambda z: np.log(np.exp(z - _top(z)).sum(axis=-1)) - z.max(axis=-1)),
        Slip("You return the sum of the exponentials. Take its logarithm.",
             lambda z: _exps(z).sum(axis=-1)),
        Slip("You return the largest logit alone. Log-sum-exp is the smooth version of it, and "
             "larger.", lambda z: z.max(axis=-1)),
        Slip("You took logarithms before you summed, and so got the sum of the logits back. "
             "Sum first, then take the logarithm.", lambda z: z.sum(axis=-1),
             lambda z: np.log(_exps(z)).sum(axis=-1)),
        Slip("You took the mean of the exponentials, not their sum: your result is "
             "log C too small.", lambda z: np.log(_exps(z).mean(axis=-1)),
             lambda z: softback.logsumexp(z) - np.log(z.shape[-1])),
        Slip("You used the logarithm to base 2. Here it is the natural one: `np.log`.",
             lambda z: np.log2(_exps(z).sum(axis=-1)),
             lambda z: softback.logsumexp(z) / np.log(2)),
        Slip("You kept the axis that was summed. Return one number for each row, without it.",
             lambda z: softback.logsumexp(z, keepdims=True), lambda z: np.log(_row(_exps(z)))),
        Slip(WHOLE_ARRAY, lambda z: softback.logsumexp(z, axis=None),
             lambda z: np.log(_exps(z).sum())),
        Slip(DOWN_THE_COLUMNS, lambda z: softback.logsumexp(z, axis=0),
             lambda z: np.log(_exps(z).sum(axis=0))),
        Slip(SHIFT_OF_THE_WHOLE_ARRAY,
             lambda z: z.max() + np.log(np.exp(z - z.max()).sum(axis=-1))),
        Slip(NO_SHIFT, lambda z: np.log(_exps(z).sum(axis=-1))),
    ),
    properties=(_above_the_largest,),
    praise="Right: one number for each row, and no logit is too large for it.",
)  # fmt: skip


def check_logsumexp(answer, *, rng=None):
    """Return the verdict on a reader's ``logsumexp(z)`` along the last axis, for any shape.

    Parameters and result are those of `check_softmax`; the answer returns one number for each row.
    """
    return judge(LOGSUMEXP, answer, rng)
