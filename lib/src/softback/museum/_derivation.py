"""Slips on paper. Each formula is computed as it stands, so that the checks can look at it."""

import numpy as np

from softback.functions import softmax
from softback.museum._exhibit import Room
from softback.museum._tasks import LOG_SOFTMAX, SOFTMAX, as_backward, as_forward, as_rule
from softback.museum._trials import gradient_at, output_at, row_sums

room = Room("derivation", SOFTMAX)

SHARE = r"y_i = \frac{e^{z_i}}{\sum_{k=1}^{C} e^{z_k}}"
SLOPE = r"\frac{\partial y_i}{\partial z_j} = y_i \, (\delta_{ij} - y_j)"


def shares(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def centre_then_scale(y, g):
    return y * (g - (g * y).sum(axis=-1, keepdims=True))


def _every_share_alike():
    from sympy import exp

    from softback.symbolic import i, k, softmax, total, z

    return softmax(z)[i], exp(z[i]) / total(exp(z[i]), k)


@room.hang(
    as_forward,
    title="A letter used twice",
    formula=r"y_i = \frac{e^{z_i}}{\sum_{i=1}^{C} e^{z_l}}",
    right_formula=SHARE,
    fix=shares,
    claim=_every_share_alike,
    symptom="Read as it stands, every probability is $1/C$, whatever the logits are.",
    why="The sum counts with $i$, a letter that is taken, over terms that do not contain it. It "
    "adds up $C$ copies of one term. The letter below the sum and the letter in its terms must be "
    "the same, and used nowhere else.",
    trial=output_at([[1.0, 2.0, 3.0], [2.0, 2.0, 1.0]]),
    caught_by="proof random parity hard square complex saturated row",
    missed_by="zero-sum ones shift shape mutation",
    breaks=("eq-odds",),
)
def a_letter_used_twice(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / (z.shape[-1] * e)


def _with_a_term_too_many():
    from sympy import exp

    from softback.symbolic import i, k, softmax, total, z

    return softmax(z)[i], exp(z[i]) / (1 + total(exp(z[k]), k))


@room.hang(
    as_forward,
    title="One term too many",
    formula=r"y_i = \frac{e^{z_i}}{\sum_{k=0}^{C} e^{z_k}}",
    right_formula=SHARE,
    fix=shares,
    claim=_with_a_term_too_many,
    symptom="The shares of the C classes sum to less than 1.",
    why="From 0 to $C$ there are $C + 1$ terms. Here the extra logit is taken to be 0. The slope "
    "of this function is again $y_i (\\delta_{ij} - y_j)$, so no derivative check objects; but the "
    "rows do not sum to 1, and a shift of all logits changes them.",
    trial=row_sums,
    caught_by="proof zero-sum shift parity hard",
    missed_by="random ones row square saturated complex shape mutation",
    breaks=("eq-sum-to-one", "eq-shift"),
)
def one_term_too_many(z):
    e = np.exp(z)
    return e / (1 + e.sum(axis=-1, keepdims=True))


def _same_index():
    from sympy import KroneckerDelta

    from softback.symbolic import d, i, j, softmax, z

    y = softmax(z)
    return d(y[i], z[j]), y[i] * (KroneckerDelta(i, j) - y[i])


@room.hang(
    as_rule,
    title="The same index twice",
    formula=r"\frac{\partial y_i}{\partial z_j} = y_i \, (\delta_{ij} - y_i)",
    right_formula=SLOPE,
    fix=centre_then_scale,
    claim=_same_index,
    symptom="The diagonal is right, and so is every entry where two classes are equally probable.",
    why="The derivative of the sum by $z_j$ is $e^{z_j}$, so that it brings $y_j$. Somebody who "
    "has the case $i = j$ in mind writes $y_i$.",
    trial=gradient_at(),
    caught_by="proof zero-sum shift random parity hard square complex saturated row ones",
    missed_by="mutation shape",
    breaks=("eq-slope", "eq-other-logit", "eq-symmetric"),
)
def the_same_index_twice(y, g):
    return y * g - (g * y * y).sum(axis=-1, keepdims=True)


def _square_lost():
    from sympy import KroneckerDelta, exp

    from softback.symbolic import d, i, j, softmax, z

    y = softmax(z)
    return d(y[i], z[j]), y[i] * (KroneckerDelta(i, j) - exp(z[j]))


def from_shares(z, g):
    y = softmax(z)
    return y * (g - (g * y).sum(axis=-1, keepdims=True))


@room.hang(
    as_backward,
    title="A square that got lost",
    formula=r"\frac{\partial y_i}{\partial z_j} = \frac{e^{z_i} \, \delta_{ij}}{S}"
    r" - \frac{e^{z_i} \, e^{z_j}}{S}, \qquad S = \sum_{k=1}^{C} e^{z_k}",
    right_formula=SLOPE,
    fix=from_shares,
    claim=_square_lost,
    symptom="Adding 1 to all logits changes the result, though it does not change y.",
    why="The quotient rule divides by the square of the denominator. In the second term one of its "
    "two factors is missing. A formula for slopes of y must be writable in y alone.",
    trial=gradient_at(),
    caught_by="proof zero-sum shift random parity hard square complex saturated row ones",
    missed_by="shape mutation",
    breaks=("eq-slope", "eq-other-logit"),
)
def a_square_that_got_lost(z, g):
    y = softmax(z)
    return y * g - np.exp(z) * (g * y).sum(axis=-1, keepdims=True)


def _factor_lost():
    from sympy import KroneckerDelta

    from softback.symbolic import d, g, i, j, log_softmax, softmax, total, z

    upstream = total(g[i] * d(log_softmax(z)[i], z[j]), i)
    return upstream, total(KroneckerDelta(i, j) - softmax(z)[j], i)


def share_of_the_sum(logy, g):
    return g - np.exp(logy) * g.sum(axis=-1, keepdims=True)


@room.hang(
    as_rule,
    task=LOG_SOFTMAX,
    title="A factor lost on the way",
    formula=r"g_i \, \frac{\partial \log y_i}{\partial z_j}"
    r" = g_i \left( \delta_{ij} - \frac{e^{z_j}}{S} \right) = \delta_{ij} - y_j",
    right_formula=r"\sum_{i=1}^{C} g_i \, \frac{\partial \log y_i}{\partial z_j}"
    r" = g_j - y_j \sum_{i=1}^{C} g_i",
    fix=share_of_the_sum,
    claim=_factor_lost,
    symptom="The gradient is the same for every g.",
    why="Between two equals signs of one line the upstream factor disappears. With a g of ones it "
    "was never there to be missed, and that check passes.",
    trial=gradient_at(),
    caught_by="proof random parity hard square complex saturated row",
    missed_by="ones zero-sum shape mutation",
    breaks=("eq-log-vjp",),
)
def a_factor_lost_on_the_way(logy, g):
    return 1 - g.shape[-1] * np.exp(logy)


def sum_over_the_rows(y, g):
    rows, pulled = np.atleast_2d(y, g)
    dz = np.zeros(rows.shape)
    for n in range(rows.shape[0]):
        dz[n] = pulled[n] @ (np.diag(rows[n]) - np.outer(rows[n], rows[n]))
    return dz.reshape(y.shape)


@room.hang(
    as_rule,
    title="Rows counted as columns",
    formula=r"dz_{mj} = \sum_{n=1}^{C} \sum_{i=1}^{C} g_{ni} \,"
    r" \frac{\partial y_{ni}}{\partial z_{mj}}",
    right_formula=r"dz_{mj} = \sum_{n=1}^{N} \sum_{i=1}^{C} g_{ni} \,"
    r" \frac{\partial y_{ni}}{\partial z_{mj}}",
    fix=sum_over_the_rows,
    symptom="With fewer rows than classes the sum asks for rows that do not exist. With more, the "
    "last rows get no gradient.",
    why="The outer sum runs over the rows and has to end at their number. For a square matrix both "
    "numbers are the same, and nobody notices.",
    trial=gradient_at([[1.0, 2.0], [2.0, 2.0], [0.0, 1.0]], [[1.0, 0.0], [0.0, 2.0], [1.0, 0.0]]),
    caught_by="random zero-sum shift parity hard mutation complex saturated row ones shape",
    missed_by="square",
    breaks=("eq-matrix-vjp",),
)
def rows_counted_as_columns(y, g):
    rows, pulled = np.atleast_2d(y, g)
    dz = np.zeros(rows.shape)
    for n in range(rows.shape[1]):
        dz[n] = pulled[n] @ (np.diag(rows[n]) - np.outer(rows[n], rows[n]))
    return dz.reshape(y.shape)


@room.hang(
    as_rule,
    title="Rounded too early",
    formula=r"\begin{aligned} y & = (0.09, \; 0.24, \; 0.67) \\"
    r" J_{11} & = 0.0819, \; J_{12} = -0.0216, \\ J_{13} & = -0.0603 \end{aligned}",
    right_formula=r"\begin{aligned} y & = (0.09003, \; 0.24473, \; 0.66524) \\"
    r" J_{11} & = 0.0819, \; J_{12} = -0.0220, \\ J_{13} & = -0.0599 \end{aligned}",
    fix=centre_then_scale,
    symptom="Numbers with four decimals, of which the last two may be wrong.",
    why="The Jacobian was computed from shares rounded to two digits. Two digits in give two "
    "digits out. Round once, at the end.",
    trial=gradient_at(),
    caught_by="zero-sum shift random parity hard square complex row ones",
    missed_by="saturated shape mutation",
)
def rounded_too_early(y, g):
    y = y.round(2)
    return y * (g - (g * y).sum(axis=-1, keepdims=True))
