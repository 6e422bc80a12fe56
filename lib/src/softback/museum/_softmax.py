"""Forward passes that go wrong; their backward passes are right for what they return."""

import numpy as np

from softback.museum._exhibit import Room
from softback.museum._tasks import SOFTMAX, as_forward, as_output_and_vjp
from softback.museum._trials import output_at, row_sums

room = Room("softmax", SOFTMAX)


def shifted(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@room.hang(
    as_forward,
    title="No shift",
    fix=shifted,
    symptom="All is well until logits become large. Then nan appears, and spreads.",
    why="The exponential of a large logit is infinite, and inf / inf is nan. One of the texts "
    "behind this book has this form. Every formula about it is right; only the arithmetic is not.",
    trial=output_at([[1000.0, 1001.0, 1002.0]]),
    caught_by="hard",
    missed_by="ones random zero-sum row square saturated shift parity complex shape mutation",
)
def no_shift(z):
    e = np.exp(z)
    return e / e.sum(axis=-1, keepdims=True)


@room.hang(
    as_forward,
    title="One shift for all rows",
    fix=shifted,
    symptom="One row is nan, and only in some batches. Alone, the same row is fine.",
    why="The largest logit of the whole array is taken off every row. In a row far below it all "
    "exponentials underflow to 0, and 0 / 0 is nan. Each row needs its own maximum.",
    trial=output_at([[1.0, 2.0, 3.0], [2001.0, 2002.0, 2003.0]]),
    caught_by="hard",
    missed_by="ones random zero-sum row square saturated shift parity complex shape mutation",
)
def one_shift_for_all_rows(z):
    e = np.exp(z - z.max())
    return e / e.sum(axis=-1, keepdims=True)


def a_buffer_of_floats(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    y = np.empty_like(e)
    y[...] = e / e.sum(axis=-1, keepdims=True)
    return y


@room.hang(
    as_forward,
    title="A buffer of integers",
    fix=a_buffer_of_floats,
    symptom="Every probability is 0, and nothing complains.",
    why="`np.empty_like` copies the type of `z` as well. Integer logits make an integer buffer, "
    "and what is written into it is cut down to 0. Test data with decimal points never show it.",
    trial=output_at([[1, 2, 3]]),
    caught_by="hard",
    missed_by="ones random zero-sum row square saturated shift parity complex shape mutation",
)
def a_buffer_of_integers(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    y = np.empty_like(z)
    y[...] = e / e.sum(axis=-1, keepdims=True)
    return y


@room.hang(
    as_forward,
    title="A pinch in the denominator",
    fix=shifted,
    symptom="Rows sum to a little less than 1, and no test with a loose tolerance minds.",
    why="The small number is there to prevent a division by 0. After the shift one exponential is "
    "1, so the sum cannot be 0, and the remedy only adds an error to every row.",
    trial=row_sums,
    caught_by="zero-sum shift parity hard complex",
    missed_by="random ones row square saturated shape mutation",
)
def a_pinch_in_the_denominator(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / (e.sum(axis=-1, keepdims=True) + 1e-8)


def along_rows(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    y = e / e.sum(axis=-1, keepdims=True)
    return y, lambda g: y * (g - (g * y).sum(axis=-1, keepdims=True))


@room.hang(
    as_output_and_vjp,
    title="The wrong axis both ways",
    fix=along_rows,
    symptom="Columns sum to 1 where rows should. Every derivative check passes.",
    why="Forward and backward make the same mistake, so each is the derivative of the other, and "
    "no comparison of the two can see it. In one of the texts behind this book the examples are "
    "columns in the formula and rows in the code.",
    trial=output_at([[1.0, 2.0, 3.0], [2.0, 2.0, 1.0]]),
    caught_by="zero-sum parity hard",
    missed_by="random ones row square saturated shift complex shape mutation",
    breaks=("eq-other-row",),
)
def the_wrong_axis_both_ways(z):
    e = np.exp(z - z.max(axis=0, keepdims=True))
    y = e / e.sum(axis=0, keepdims=True)
    return y, lambda g: y * (g - (g * y).sum(axis=0, keepdims=True))
