"""Mistakes on paper: algebra, indices, quotients, and the matrix that is made of them."""

import numpy as np

from softback import formulas
from softback.course._mistakes._parts import softmax
from softback.course.catalogue import Lesson, enter, exhibit, says
from softback.course.museum.operations import LOG_SOFTMAX, as_backward, as_forward, as_rule
from softback.course.museum.trials import gradient_at, output_at, row_sums

SHARE = r"y_i = \frac{e^{z_i}}{\sum_{k=1}^{C} e^{z_k}}"
SLOPE = r"\frac{\partial y_i}{\partial z_j} = y_i \, (\delta_{ij} - y_j)"

# --- Exponents and logarithms ---------------------------------------------------------------------

enter(
    "a-quotient-in-the-exponent",
    "The exponential of a quotient is the quotient of the exponentials.",
    says("The exponential of a quotient is not the quotient of the exponentials: dividing powers "
         "subtracts their exponents.", odds="exp(z_i/z_j)"),
    says("The logarithm of a quotient is a difference of logarithms, not a quotient of them.",
         logit_difference="log(y_i)/log(y_j)"),
)  # fmt: skip
enter("multiplied-for-divided", "Dividing powers adds their exponents.",
    says("You added the exponents. Dividing powers subtracts them.", odds="exp(z_i + z_j)"),
    says("You multiplied where you must divide.", logit_difference="log(y_i*y_j)"),
)  # fmt: skip
enter("the-total-left-in", "The total stays in a quotient of shares.",
    says("The total must cancel: both shares are divided by it.", odds="exp(z_i - z_j)/S"),
)  # fmt: skip
enter("the-logarithm-missing", "Shares can be compared as logits are.",
    says("Take the logarithm of the odds.", logit_difference="y_i/y_j"),
    says("A difference of shares is not a difference of logits: take the logarithms first.",
         logit_difference="y_i - y_j"),
)  # fmt: skip
enter("up-to-a-constant", "The logarithm of a share is the logit.",
    says("This is one logit up to the constant that softmax forgets. Subtract the other logit.",
         logit_difference="log(y_i)"),
)  # fmt: skip
enter("the-logarithm-of-a-sum", "The logarithm of a sum is the sum of the logarithms.",
    says("The logarithm of a sum is not the sum of the logarithms.", logsumexp_slope="1"),
)  # fmt: skip
enter("the-inner-derivative", "The derivative of the outer function is enough.",
    says("The inner derivative is missing: the sum contains `z_j` in one term, `exp(z_j)`.",
         logsumexp_slope="1/S"),
    says("The outer derivative is missing: that of the logarithm is one over the total.",
         logsumexp_slope="exp(z_j)"),
)  # fmt: skip
enter("not-the-derivative-asked-for", "One of these functions is as good as another.",
    says("This would be the derivative of log-softmax.", logsumexp_slope=["1 - y_j", "-y_j"]),
    says("This is log-softmax itself, not the slope of log-sum-exp.",
         logsumexp_slope="z_j - log(S)"),
    says("This is the derivative of `y_j`, which is the second derivative of log-sum-exp.",
         logsumexp_slope="y_j*(1 - y_j)"),
)  # fmt: skip
enter("the-square-of-the-sum", "The square of a sum is the sum of the squares.",
    says("You took the square of the sum. Sum the squares: `sum(y_k^2)`.",
         trace=["1 - sum(y_k)^2", "0"]),
    says("The mixed term is missing: the square of a difference has three terms.",
         squares_of_jacobian=["sum(y_k^2) - sum(y_k^2)^2", "sum(y_k^2) + sum(y_k^2)^2"]),
    says("The mixed term counts twice.",
         squares_of_jacobian="sum(y_k^2) - sum(y_k^3) + sum(y_k^2)^2"),
    says("The last term is missing: the squares of all `y_i * y_j`.",
         squares_of_jacobian="sum(y_k^2) - 2*sum(y_k^3)"),
)  # fmt: skip
enter("the-trace-for-the-squares", "The sum of the squares is the trace.",
    says("This is the trace, the sum of the diagonal itself.",
         squares_of_jacobian="1 - sum(y_k^2)"),
)  # fmt: skip
enter("the-diagonal-added-up-wrongly", "A sum of products is a sum of factors.",
    says("The first terms of the diagonal sum to one, and the squares must still be subtracted.",
         trace="1"),
    says("Each diagonal entry is `y_i * (1 - y_i)`. The sum of the `1 - y_i` alone is `C - 1`.",
         trace=["sum(1 - y_k)", "C - 1"]),
    says("The sum of all shares is 1, not C.", trace="C - sum(y_k^2)"),
)  # fmt: skip


# --- Letters of sums ------------------------------------------------------------------------------


def letter_used_twice(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / (z.shape[-1] * e)


def every_share_alike():
    from sympy import exp

    from softback.symbolic import i, k, softmax, total, z

    return softmax(z)[i], exp(z[i]) / total(exp(z[i]), k)


enter("a-letter-used-twice", "The letter of a sum may be any letter.",
    exhibit=exhibit("derivation", as_forward, letter_used_twice, formulas.softmax,
        formula=r"y_i = \frac{e^{z_i}}{\sum_{i=1}^{C} e^{z_i}}",
        right_formula=SHARE,
        claim=every_share_alike,
        symptom="Put $i = 1$ wherever $i$ stands, and the share is $1/C$, whatever the logits are.",
        why="The sum counts with $i$, a letter that is taken: on the left it names one class. With "
        "that class put in, the sum adds up $C$ copies of one term. The letter below a sum must "
        "stand in its terms, and nowhere outside.",
        trial=output_at([[1.0, 2.0, 3.0], [2.0, 2.0, 1.0]]),
        caught_by="proof random parity hard square complex saturated row",
        missed_by="zero-sum ones shift shape mutation",
        breaks=("eq-odds",),
    ),
)  # fmt: skip


def term_too_many(z):
    e = np.exp(z)
    return e / (1 + e.sum(axis=-1, keepdims=True))


def with_a_term_too_many():
    from sympy import exp

    from softback.symbolic import i, k, softmax, total, z

    return softmax(z)[i], exp(z[i]) / (1 + total(exp(z[k]), k))


enter("one-term-too-many", "Counting from 0 or from 1 makes no difference.",
    exhibit=exhibit("derivation", as_forward, term_too_many, formulas.softmax,
        formula=r"y_i = \frac{e^{z_i}}{\sum_{k=0}^{C} e^{z_k}}",
        right_formula=SHARE,
        claim=with_a_term_too_many,
        symptom="The shares of the $C$ classes sum to less than 1.",
        why="From 0 to $C$ there are $C + 1$ terms. Here the extra logit is taken to be 0. The "
        "slope of this function is again $y_i (\\delta_{ij} - y_j)$, so no derivative check "
        "objects; but the rows do not sum to 1, and a shift of all logits changes them.",
        trial=row_sums,
        caught_by="proof zero-sum shift parity hard",
        missed_by="random ones row square saturated complex shape mutation",
        breaks=("eq-sum-to-one", "eq-shift"),
    ),
)  # fmt: skip


def same_index(y, g):
    return y * g - (g * y * y).sum(axis=-1, keepdims=True)


def with_one_index():
    from sympy import KroneckerDelta

    from softback.symbolic import d, i, j, softmax, z

    y = softmax(z)
    return d(y[i], z[j]), y[i] * (KroneckerDelta(i, j) - y[i])


enter("the-same-index-twice", "$i$ and $j$ may be called the same.",
    says("Both factors have the same index. The one in the bracket belongs to the logit that "
         "moves, `y_j`.",
         softmax_slope=["y_i*(delta_ij - y_i)", "y_j*(delta_ij - y_j)"]),
    says("The derivative of log-sum-exp with respect to `z_j` is `y_j`: the share of the logit "
         "that moves.",
         log_slope="delta_ij - y_i"),
    says("Off the diagonal you have one share alone or its square, where the product of two must "
         "stand: `-y_i * y_j`. A column times a row is `np.outer(y, y)`.",
         softmax_jacobian=[lambda y: np.diag(y) - y * y, lambda y: np.diag(y) - (y * y)[:, None],
                           lambda y: np.diag(y) - y, lambda y: np.diag(y) - y[:, None]]),
    exhibit=exhibit("derivation", as_rule, same_index, formulas.softmax_vjp,
        formula=r"\frac{\partial y_i}{\partial z_j} = y_i \, (\delta_{ij} - y_i)",
        right_formula=SLOPE,
        claim=with_one_index,
        symptom="The diagonal is right, and so is every entry where two classes are equally "
        "probable.",
        why="The derivative of the sum with respect to $z_j$ is $e^{z_j}$, which brings in $y_j$. "
        "Somebody who has the case $i = j$ in mind writes $y_i$.",
        trial=gradient_at(),
        caught_by="proof zero-sum shift random parity hard square complex saturated row ones",
        missed_by="mutation shape",
        breaks=("eq-slope", "eq-other-logit", "eq-symmetric"),
    ),
    lesson=Lesson("The derivative on paper", "ex-three-shares", "Nine answers from three shares",
                  "Which letter is the bar, which the slider?"),
)  # fmt: skip


# --- The quotient rule ----------------------------------------------------------------------------


def square_lost(z, g):
    y = softmax(z)
    return y * g - np.exp(z) * (g * y).sum(axis=-1, keepdims=True)


def from_shares(z, g):
    y = softmax(z)
    return y * (g - (g * y).sum(axis=-1, keepdims=True))


def without_the_square():
    from sympy import KroneckerDelta, exp

    from softback.symbolic import d, i, j, softmax, z

    y = softmax(z)
    return d(y[i], z[j]), y[i] * (KroneckerDelta(i, j) - exp(z[j]))


enter("a-square-that-got-lost", "The derivative of a quotient is the quotient of the derivatives.",
    says("Numerator and denominator were differentiated separately and then divided. A quotient "
         "needs the quotient rule.",
         softmax_slope=["delta_ij*exp(z_i)/exp(z_j)", "delta_ij"]),
    says("The second term of the quotient rule is divided by the square of the total, so it has "
         "one share for each of its two exponentials.",
         own_slope=["y_i - y_i^2*S", "y_i - y_i*exp(z_i)"],
         cross_slope=["-exp(z_i)*exp(z_j)/S", "-y_j", "-y_i"]),
    exhibit=exhibit("derivation", as_backward, square_lost, from_shares,
        formula=r"\frac{\partial y_i}{\partial z_j} = \frac{e^{z_i} \, \delta_{ij}}{S}"
        r" - \frac{e^{z_i} \, e^{z_j}}{S}, \qquad S = \sum_{k=1}^{C} e^{z_k}",
        right_formula=SLOPE,
        claim=without_the_square,
        symptom="Adding 1 to all logits changes the result, though it does not change $y$.",
        why="The quotient rule divides by the square of the denominator. In the second term one of "
        "its two factors is missing. The slopes of $y$ can always be written in $y$ alone.",
        trial=gradient_at(),
        caught_by="proof zero-sum shift random parity hard square complex saturated row ones",
        missed_by="shape mutation",
        breaks=("eq-slope", "eq-other-logit"),
    ),
    lesson=Lesson("The derivative on paper", "ex-numerator-by-numerator", "Numerator by numerator",
                  "Try it on $x / x$."),
)  # fmt: skip
enter("the-other-case", "One of the two cases holds for all entries.",
    says("This is the case i ≠ j, with j = i put in.", own_slope="-y_i^2"),
    says("This is the case i = j.", cross_slope=["y_i*(1 - y_i)", "y_i*(1 - y_j)"]),
    says("The second factor is what is left of the total when class i is taken out.",
         own_slope=["y_i*(1 + y_i)", "(1 - y_i)"]),
)  # fmt: skip
enter("one-everywhere", "The 1 in the bracket is there for every i and j.",
    says("The 1 in the bracket is there for i = j only. Write `delta_ij` in its place.",
         softmax_slope=["y_i*(1 - y_j)", "y_j*(1 - y_i)"],
         temperature_slope="y_i*(1 - y_j)/T",
         log_slope="1 - y_j",
         matrix_slope="delta_nm*y_ni*(1 - y_nj)"),
    says("The 1 in the bracket is there for n = m only. Write `delta_nm` in its place.",
         column_slope="delta_ij*y_ni*(1 - y_mi)"),
    says("You used `y_i * (1 - y_j)` everywhere. The 1 is a delta: it is 1 on the diagonal and 0 "
         "off it.",
         softmax_jacobian=[lambda y: np.outer(y, 1 - y), lambda y: np.outer(1 - y, y)]),
)  # fmt: skip
enter("rows-that-hear-each-other", "A logit moves the shares of every row.",
    says("Between different rows the derivative is zero: `delta_nm` is missing.",
         matrix_slope=["y_ni*(delta_ij - y_nj)", "y_ni*(delta_ij - y_mj)",
                       "y_mi*(delta_ij - y_mj)"]),
    says("Between different columns the derivative is zero: `delta_ij` is missing.",
         column_slope=["y_ni*(delta_nm - y_mi)", "y_ni*(delta_nm - y_mj)"]),
    says("The delta of the rows belongs to both terms of the bracket.",
         matrix_slope=["y_ni*(delta_nm*delta_ij - y_nj)", "y_ni*(delta_nm*delta_ij - y_mj)"]),
    says("This is the softmax along the rows. Down the columns the letters change places.",
         column_slope=["delta_nm*y_ni*(delta_ij - y_nj)", "delta_nm*y_ni*(delta_ij - y_mj)"]),
)  # fmt: skip


def rows_as_columns(y, g):
    rows, pulled = np.atleast_2d(y, g)
    dz = np.zeros(rows.shape)
    for n in range(rows.shape[1]):
        dz[n] = pulled[n] @ (np.diag(rows[n]) - np.outer(rows[n], rows[n]))
    return dz.reshape(y.shape)


def all_rows(y, g):
    rows, pulled = np.atleast_2d(y, g)
    dz = np.zeros(rows.shape)
    for n in range(rows.shape[0]):
        dz[n] = pulled[n] @ (np.diag(rows[n]) - np.outer(rows[n], rows[n]))
    return dz.reshape(y.shape)


def factor_lost(logy, g):
    return 1 - g.shape[-1] * np.exp(logy)


def without_the_factor():
    from sympy import KroneckerDelta

    from softback.symbolic import d, g, i, j, log_softmax, softmax, total, z

    upstream = total(g[i] * d(log_softmax(z)[i], z[j]), i)
    return upstream, total(KroneckerDelta(i, j) - softmax(z)[j], i)


enter("a-factor-lost-on-the-way", "A factor may be dropped while a line is simplified.",
    exhibit=exhibit("derivation", as_rule, factor_lost, formulas.log_softmax_vjp, task=LOG_SOFTMAX,
        formula=r"g_i \, \frac{\partial \log y_i}{\partial z_j}"
        r" = g_i \left( \delta_{ij} - \frac{e^{z_j}}{S} \right) = \delta_{ij} - y_j",
        right_formula=r"\sum_{i=1}^{C} g_i \, \frac{\partial \log y_i}{\partial z_j}"
        r" = g_j - y_j \sum_{i=1}^{C} g_i",
        claim=without_the_factor,
        symptom="The gradient is the same for every $g$.",
        why="Between two equals signs of one line the upstream factor disappears. With a $g$ of "
        "ones it was never there to be missed, and that check passes.",
        trial=gradient_at(),
        caught_by="proof random parity hard square complex saturated row",
        missed_by="ones zero-sum shape mutation",
        breaks=("eq-log-vjp",),
    ),
)  # fmt: skip
enter("rows-counted-as-columns", "There are as many rows as classes.",
    exhibit=exhibit("derivation", as_rule, rows_as_columns, all_rows,
        formula=r"dz_{mj} = \sum_{n=1}^{C} \sum_{i=1}^{C} g_{ni} \,"
        r" \frac{\partial y_{ni}}{\partial z_{mj}}",
        right_formula=r"dz_{mj} = \sum_{n=1}^{N} \sum_{i=1}^{C} g_{ni} \,"
        r" \frac{\partial y_{ni}}{\partial z_{mj}}",
        symptom="With fewer rows than classes the sum asks for rows that do not exist. With more, "
        "the last rows get no gradient.",
        why="The outer sum runs over the rows and has to end at their number. For a square matrix "
        "both numbers are the same, and nobody notices.",
        trial=gradient_at([[1.0, 2.0], [2.0, 2.0], [0.0, 1.0]],
                          [[1.0, 0.0], [0.0, 2.0], [1.0, 0.0]]),
        caught_by="random zero-sum shift parity hard mutation complex saturated row ones shape",
        missed_by="square",
        breaks=("eq-matrix-vjp",),
    ),
)  # fmt: skip


def rounded(y, g):
    y = y.round(2)
    return y * (g - (g * y).sum(axis=-1, keepdims=True))


enter("rounded-too-early", "What is printed with four decimals has four right ones.",
    exhibit=exhibit("derivation", as_rule, rounded, formulas.softmax_vjp,
        formula=r"\begin{aligned} y & = (0.09, \; 0.24, \; 0.67) \\"
        r" J_{11} & = 0.0819, \; J_{12} = -0.0216, \\ J_{13} & = -0.0603 \end{aligned}",
        right_formula=r"\begin{aligned} y & = (0.09003, \; 0.24473, \; 0.66524) \\"
        r" J_{11} & = 0.0819, \; J_{12} = -0.0220, \\ J_{13} & = -0.0599 \end{aligned}",
        symptom="Numbers with four decimals, of which the last two may be wrong.",
        why="The Jacobian was computed from shares rounded to two digits. Two digits in give two "
        "digits out. Round once, at the end.",
        trial=gradient_at(),
        caught_by="zero-sum shift random parity hard square complex row ones",
        missed_by="saturated shape mutation",
    ),
    lesson=Lesson("Tests", "ex-sheet-gradient-gap", "How wrong is it",
                  "How many digits do the two values share?"),
)  # fmt: skip

# --- Sums and deltas ------------------------------------------------------------------------------

enter("the-jacobian-summed-first", "A sum of products is a product of sums.",
    says("All of it is 0. That comes of summing the Jacobian before it is multiplied: its rows and "
         "columns sum to 0. Multiply each entry first.",
         softmax_vjp=lambda y, g, axis=-1: 0 * g, softmax_pullback="0", jacobian_product="0"),
)  # fmt: skip
enter("the-gradient-passed-through", "Softmax hands the gradient on as it comes.",
    says("You handed it on unchanged. It must be multiplied by the Jacobian of softmax.",
         softmax_vjp=lambda y, g, axis=-1: g, softmax_pullback="g_j", jacobian_product="v_i"),
    says("The second term is missing: each logarithm of a share hears of `z_j` through the total.",
         log_softmax_vjp=lambda logy, g: g, log_softmax_pullback="g_j"),
)  # fmt: skip
# The desk shows these, each with a sentence of its own.
enter("a-delta-under-a-sum", "A delta under a sum is 1.")
enter("counted-not-added", "A sum counts its terms.")
enter("a-sum-of-products", "The sum of the products is the product of the sums.")
enter("a-constant-that-stays", "A constant in g reaches the logits.")
enter("the-logarithm-undone", "The logarithm is undone by a division.")
