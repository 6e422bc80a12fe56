"""The derivations that can be checked: what is asked, the right formula, the named slips."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Derivation:
    """One exercise whose answer is a formula.

    Parameters
    ----------
    asked : str
        What the formula must equal, as a sentence names it.
    right : str
        The right formula, in the grammar of `_formula`.
    names : str
        The names that an answer may hold, with blanks between them.
    cases : tuple of str
        Which indices to try: ``i=j`` and ``i!=j``, or ``j`` where there is one.
    slips : tuple of (str, ...)
        Each a sentence and the formulas that it explains.
    """

    asked: str
    right: str
    names: str
    cases: tuple[str, ...]
    slips: tuple[tuple[str, ...], ...]


BOTH = ("i=j", "i!=j")
_SHARES = "y_i y_j y_k z_i z_j z_k S"
_DELTA = " delta_ij delta_ji"
_TWO = _SHARES + _DELTA
_ONE = "y_j y_k z_j z_k S"
_PULLED = _ONE + " g_j g_k s"
_TARGETS = _ONE + " t_j t_k"

_ONLY_THE_DIAGONAL = (
    "You kept only the case i = j. Raising one logit also lowers every other probability: for "
    "i ≠ j it is `-y_i * y_j`."
)
_NO_DELTA = (
    "You have the case i ≠ j alone. For i = j the numerator contains `z_j` too, which adds `y_i`."
)
_ONE_EVERYWHERE = "The 1 in the bracket is there for i = j only. Write `delta_ij` in its place."
_PLUS = "The sign in the bracket must be minus."
_MINUS_ALL = "Right but for the sign of the whole."

_SLOPE_SLIPS = (
    (_ONLY_THE_DIAGONAL, "delta_ij*y_i*(1 - y_i)", "y_i*(1 - y_i)"),
    (_NO_DELTA, "-y_i*y_j"),
    (_ONE_EVERYWHERE, "y_i*(1 - y_j)", "y_j*(1 - y_i)"),
    (_PLUS, "y_i*(delta_ij + y_j)"),
    (_MINUS_ALL, "y_i*(y_j - delta_ij)"),
    (
        "This is the derivative of `log(y_i)`. Multiply it by `y_i`.",
        "delta_ij - y_j",
    ),
    (
        "Both factors have the same index. In the bracket stands the share of the logit that "
        "moves, `y_j`.",
        "y_i*(delta_ij - y_i)",
        "y_j*(delta_ij - y_j)",
    ),
    (
        "Numerator and denominator were differentiated apart and divided. A quotient needs the "
        "quotient rule.",
        "delta_ij*exp(z_i)/exp(z_j)",
        "delta_ij",
    ),
    ("You forgot that the denominator contains `z_j` too.", "delta_ij*y_i"),
)

DERIVATIONS = {
    "odds": Derivation(
        "`y_i / y_j`",
        "exp(z_i - z_j)",
        "z_i z_j z_k S",
        ("i!=j",),
        (
            ("You turned the fraction round.", "exp(z_j - z_i)"),
            ("The exponentials are missing.", "z_i - z_j", "z_i/z_j"),
            (
                "The exponential of a quotient is not the quotient of the exponentials: dividing "
                "powers subtracts exponents.",
                "exp(z_i/z_j)",
            ),
            ("The total must cancel: it stands below both shares.", "exp(z_i - z_j)/S"),
            ("You added the exponents. Dividing powers subtracts them.", "exp(z_i + z_j)"),
        ),
    ),
    "logit_difference": Derivation(
        "`z_i - z_j`",
        "log(y_i/y_j)",
        "y_i y_j y_k",
        ("i!=j",),
        (
            ("You turned the difference round.", "log(y_j/y_i)"),
            ("The logarithm of a quotient is a difference, not a quotient, of logarithms.",
             "log(y_i)/log(y_j)"),
            ("Take the logarithm of the odds.", "y_i/y_j"),
            ("A difference of shares is no difference of logits: take logarithms first.",
             "y_i - y_j", "log(y_i - y_j)"),
            ("This is one logit up to the constant that softmax forgets. Take the other off.",
             "log(y_i)"),
            ("You multiplied where you must divide.", "log(y_i*y_j)"),
        ),
    ),
    "entropy_slope": Derivation(
        "`dH/dz_j` of the entropy",
        "-y_j*(log(y_j) - sum(y_k*log(y_k)))",
        _ONE,
        ("j",),
        (
            ("This is the derivative by the share `y_j`. Carry it on to the logits.",
             "-log(y_j) - 1"),
            ("You kept only the term k = j. Logit j moves every share.",
             "-y_j*(1 - y_j)*(log(y_j) + 1)"),
            ("The weighted mean of the logarithms still has to come off.", "-y_j*(log(y_j) + 1)",
             "-y_j*log(y_j)"),
            ("The sign in the bracket must be minus.", "-y_j*(log(y_j) + sum(y_k*log(y_k)))"),
            ("The mean must be weighted with the shares.", "-y_j*(log(y_j) - sum(log(y_k)))"),
            ("The factor `y_j` in front is missing.", "-(log(y_j) - sum(y_k*log(y_k)))"),
            (_MINUS_ALL, "y_j*(log(y_j) - sum(y_k*log(y_k)))"),
        ),
    ),
    "squares_of_jacobian": Derivation(
        "the sum of the squares of all entries of J",
        "sum(y_k^2) - 2*sum(y_k^3) + sum(y_k^2)^2",
        "y_k z_k S C",
        ("",),
        (
            ("You summed the diagonal only. Off it stand the squares of `y_i * y_j`.",
             "sum(y_k^2*(1 - y_k)^2)"),
            ("You summed what stands off the diagonal as if it stood everywhere.",
             "sum(y_k^2)^2"),
            ("The mixed term is missing: the square of a difference has three terms.",
             "sum(y_k^2) - sum(y_k^2)^2", "sum(y_k^2) + sum(y_k^2)^2"),
            ("The last term is missing: the squares of all `y_i * y_j`.",
             "sum(y_k^2) - 2*sum(y_k^3)"),
            ("The mixed term counts twice.", "sum(y_k^2) - sum(y_k^3) + sum(y_k^2)^2"),
            ("This is the trace, the sum of the diagonal itself.", "1 - sum(y_k^2)"),
        ),
    ),
    "softmax_slope": Derivation(
        "`dy_i/dz_j`", "y_i*(delta_ij - y_j)", _TWO, BOTH, _SLOPE_SLIPS
    ),
    "own_slope": Derivation(
        "`dy_i/dz_i`",
        "y_i*(1 - y_i)",
        "y_i y_k z_i z_k S",
        ("i",),
        (
            ("You forgot that the denominator contains `z_i` too.", "y_i"),
            ("This is the case i ≠ j, with j = i put in.", "-y_i^2"),
            (
                "The second factor is what is left of the total when class i is taken out.",
                "y_i*(1 + y_i)",
                "(1 - y_i)",
            ),
            (
                "The second term of the quotient rule is divided by the square of the total: it is "
                "`y_i^2`, not `y_i^2` times `S`.",
                "y_i - y_i^2*S",
                "y_i - y_i*exp(z_i)",
            ),
            (_MINUS_ALL, "y_i*(y_i - 1)"),
        ),
    ),
    "cross_slope": Derivation(
        "`dy_i/dz_j` for i ≠ j",
        "-y_i*y_j",
        _SHARES,
        ("i!=j",),
        (
            ("The numerator does not contain `z_j`, but the denominator does.", "0"),
            ("The sign is wrong: what class j wins, the others lose.", "y_i*y_j"),
            ("This is the case i = j.", "y_i*(1 - y_i)", "y_i*(1 - y_j)"),
            (
                "One factor is missing. The total is squared: one share for each of the two "
                "exponentials.",
                "-y_j",
                "-y_i",
            ),
            ("The total is squared in the quotient rule.", "-exp(z_i)*exp(z_j)/S"),
        ),
    ),
    "temperature_slope": Derivation(
        "`dy_i/dz_j` at the temperature T",
        "y_i*(delta_ij - y_j)/T",
        "y_i y_j y_k T" + _DELTA,
        BOTH,
        (
            (
                "The inner derivative is missing: the exponent is `z_j / T`, which brings a factor "
                "`1 / T`.",
                "y_i*(delta_ij - y_j)",
            ),
            (
                "The inner derivative of `z_j / T` is `1 / T`, and you multiplied by T.",
                "y_i*(delta_ij - y_j)*T",
            ),
            (
                "The factor `1 / T` comes in once, from the inner derivative.",
                "y_i*(delta_ij - y_j)/T^2",
            ),
            (
                "The factor `1 / T` belongs to both terms of the bracket.",
                "y_i*(delta_ij/T - y_j)",
                "y_i*(delta_ij - y_j/T)",
            ),
            (_ONLY_THE_DIAGONAL, "delta_ij*y_i*(1 - y_i)/T", "y_i*(1 - y_i)/T"),
            (_ONE_EVERYWHERE, "y_i*(1 - y_j)/T"),
        ),
    ),
    "logsumexp_slope": Derivation(
        "the derivative of log-sum-exp by `z_j`",
        "y_j",
        _ONE,
        ("j",),
        (
            (
                "The inner derivative is missing: the sum contains `z_j` in one term, `exp(z_j)`.",
                "1/S",
            ),
            (
                "The outer derivative is missing: that of the logarithm is one over the total.",
                "exp(z_j)",
            ),
            ("The logarithm of a sum is not the sum of the logarithms.", "1"),
            ("This would be the derivative of log-softmax.", "1 - y_j", "-y_j"),
            ("This is log-softmax itself, not the slope of log-sum-exp.", "z_j - log(S)"),
            (
                "This is the derivative of `y_j`, which is the second derivative of log-sum-exp.",
                "y_j*(1 - y_j)",
            ),
        ),
    ),
    "log_slope": Derivation(
        "the derivative of `log(y_i)` by `z_j`",
        "delta_ij - y_j",
        _TWO,
        BOTH,
        (
            ("This is the derivative of `y_i`. Divide it by `y_i`.", "y_i*(delta_ij - y_j)"),
            ("The first term is there for i = j only. Write `delta_ij` in place of 1.", "1 - y_j"),
            (
                "The derivative of log-sum-exp by `z_j` is `y_j`: the share of the logit that "
                "moves.",
                "delta_ij - y_i",
            ),
            ("Log-sum-exp contains `z_j` too, whatever i is.", "delta_ij", "delta_ij*(1 - y_i)"),
            ("Log-sum-exp is subtracted, so its derivative is.", "delta_ij + y_j"),
            ("The case i = j is missing, where `z_i` itself moves.", "-y_j"),
            (_MINUS_ALL, "y_j - delta_ij"),
        ),
    ),
    "trace": Derivation(
        "the trace of J",
        "1 - sum(y_k^2)",
        "y_k z_k S C",
        ("",),
        (
            (
                "You took the square of the sum. Sum the squares: `sum(y_k^2)`.",
                "1 - sum(y_k)^2",
                "0",
            ),
            ("The first terms of the diagonal sum to one, and the squares still come off.", "1"),
            ("The sign of the squares is minus.", "1 + sum(y_k^2)"),
            (
                "Each diagonal entry is `y_i * (1 - y_i)`. The sum of the `1 - y_i` alone is "
                "`C - 1`.",
                "sum(1 - y_k)",
                "C - 1",
            ),
            ("The sum of all shares is 1, not C.", "C - sum(y_k^2)"),
            (_MINUS_ALL, "sum(y_k^2) - 1"),
        ),
    ),
    "jacobian_product": Derivation(
        "entry i of J times v",
        "y_i*(v_i - sum(v_k*y_k))",
        "y_i y_k z_i z_k v_i v_k S",
        ("i",),
        (
            (
                "You kept only the diagonal: all logits move, and each moves every output.",
                "y_i*(1 - y_i)*v_i",
            ),
            ("The second term of J is missing.", "y_i*v_i"),
            (
                "The mean must be weighted with the shares.",
                "y_i*(v_i - sum(v_k))",
                "y_i*(v_i - sum(v_k)/3)",
            ),
            (
                "The factor `y_i` stands in front of both terms.",
                "y_i*v_i - sum(v_k*y_k)",
                "v_i - sum(v_k*y_k)",
            ),
            (_PLUS, "y_i*(v_i + sum(v_k*y_k))"),
            (_MINUS_ALL, "y_i*(sum(v_k*y_k) - v_i)"),
        ),
    ),
    "softmax_vjp": Derivation(
        "`dL/dz_j`",
        "y_j*(g_j - sum(g_k*y_k))",
        _PULLED,
        ("j",),
        (
            (
                "You kept only the term i = j. Logit j moves every output, and the loss hears all "
                "of them.",
                "g_j*y_j*(1 - y_j)",
            ),
            ("The second term of J is missing.", "g_j*y_j"),
            (
                "The sum must be weighted with the shares: it is `sum(g_k*y_k)`, or s.",
                "y_j*(g_j - sum(g_k))",
            ),
            ("This is the rule of log-softmax.", "g_j - y_j*sum(g_k)"),
            ("The factor `y_j` stands in front of both terms.", "g_j - s", "g_j*y_j - s"),
            ("The term with the delta is missing: it leaves `g_j * y_j`.", "-y_j*s"),
            (_PLUS, "y_j*(g_j + s)"),
            (_MINUS_ALL, "y_j*(s - g_j)"),
        ),
    ),
    "log_softmax_vjp": Derivation(
        "`dL/dz_j` for an upstream gradient by log y",
        "g_j - y_j*sum(g_k)",
        _PULLED,
        ("j",),
        (
            ("This is the rule of softmax itself.", "y_j*(g_j - s)"),
            (
                "The exponential belongs to the output, not to the gradient.",
                "g_j - exp(g_j)*sum(g_k)",
            ),
            ("`y_j` does not depend on the index of the sum: it stands in front of it.", "g_j - s"),
            ("You kept only the term i = j.", "g_j*(1 - y_j)"),
            ("The sum of g is missing: you took it to be one.", "g_j - y_j"),
            ("The sign of the second term is minus.", "g_j + y_j*sum(g_k)"),
            (_MINUS_ALL, "y_j*sum(g_k) - g_j"),
        ),
    ),
    "matrix_slope": Derivation(
        "`dy_ni/dz_mj`",
        "delta_nm*y_ni*(delta_ij - y_nj)",
        "y_ni y_nj y_mi y_mj z_ni z_nj z_mi z_mj delta_ij delta_ji delta_nm delta_mn",
        ("n=m, i=j", "n=m, i!=j", "n!=m, i=j", "n!=m, i!=j"),
        (
            (
                "Between different rows the derivative is zero: `delta_nm` is missing.",
                "y_ni*(delta_ij - y_nj)",
                "y_ni*(delta_ij - y_mj)",
                "y_mi*(delta_ij - y_mj)",
            ),
            (
                "The delta of the rows belongs to both terms of the bracket.",
                "y_ni*(delta_nm*delta_ij - y_nj)",
                "y_ni*(delta_nm*delta_ij - y_mj)",
            ),
            (
                "Within a row the case i ≠ j is missing: there stands `-y_ni * y_nj`.",
                "delta_nm*delta_ij*y_ni*(1 - y_ni)",
            ),
            ("Within a row the case i = j is missing: it adds `y_ni`.", "-delta_nm*y_ni*y_nj"),
            (
                "The 1 in the bracket is there for i = j only: write `delta_ij`.",
                "delta_nm*y_ni*(1 - y_nj)",
            ),
            (_MINUS_ALL, "delta_nm*y_ni*(y_nj - delta_ij)"),
        ),
    ),
    "column_slope": Derivation(
        "`dy_ni/dz_mj` for a softmax down the columns",
        "delta_ij*y_ni*(delta_nm - y_mi)",
        "y_ni y_nj y_mi y_mj delta_ij delta_ji delta_nm delta_mn",
        ("n=m, i=j", "n=m, i!=j", "n!=m, i=j", "n!=m, i!=j"),
        (
            ("This is the softmax along the rows. Down the columns the letters change places.",
             "delta_nm*y_ni*(delta_ij - y_nj)", "delta_nm*y_ni*(delta_ij - y_mj)"),
            ("Between different columns the derivative is zero: `delta_ij` is missing.",
             "y_ni*(delta_nm - y_mi)", "y_ni*(delta_nm - y_mj)"),
            ("The 1 in the bracket is there for n = m only: write `delta_nm`.",
             "delta_ij*y_ni*(1 - y_mi)"),
            ("Within a column the case n ≠ m is missing: there stands `-y_ni * y_mi`.",
             "delta_ij*delta_nm*y_ni*(1 - y_ni)"),
            ("Within a column the case n = m is missing: it adds `y_ni`.",
             "-delta_ij*y_ni*y_mi"),
            (_PLUS, "delta_ij*y_ni*(delta_nm + y_mi)"),
            (_MINUS_ALL, "delta_ij*y_ni*(y_mi - delta_nm)"),
        ),
    ),
    "cross_entropy_slope": Derivation(
        "`dL/dz_j` of cross entropy",
        "y_j*sum(t_k) - t_j",
        _TARGETS,
        ("j",),
        (
            (
                "This needs targets that sum to one. Without that, y is multiplied by their sum.",
                "y_j - t_j",
            ),
            ("The sign is turned round.", "t_j - y_j*sum(t_k)", "t_j - y_j"),
            ("This is the gradient by the share `y_j`. Carry it on to the logits.", "-t_j/y_j"),
            (
                "You kept only the term k = j. Logit j moves every share, and so every term of the "
                "loss.",
                "-t_j*(1 - y_j)",
            ),
            (
                "Each fraction `t_k / y_k` meets a factor `y_k` and cancels: no share is left in "
                "the sum.",
                "y_j*sum(t_k*y_k) - t_j",
            ),
            (
                "The shortcut already holds the rule of softmax. You applied it twice.",
                "y_j*((y_j - t_j) - sum((y_k - t_k)*y_k))",
            ),
        ),
    ),
    "squared_error_slope": Derivation(
        "`dL/dz_j` of half the squared error",
        "y_j*((y_j - t_j) - sum((y_k - t_k)*y_k))",
        _TARGETS,
        ("j",),
        (
            (
                "This is the gradient by the shares, and that of cross entropy by the logits. "
                "Squared error still has to go through the rule of softmax.",
                "y_j - t_j",
            ),
            ("You kept only the diagonal of J.", "(y_j - t_j)*y_j*(1 - y_j)"),
            ("The weighted mean still has to come off.", "y_j*(y_j - t_j)"),
            (
                "The half in the loss cancels the 2: yours is twice as large.",
                "2*y_j*((y_j - t_j) - sum((y_k - t_k)*y_k))",
            ),
            ("The mean must be weighted with the shares.", "y_j*((y_j - t_j) - sum(y_k - t_k))"),
            (_MINUS_ALL, "-y_j*((y_j - t_j) - sum((y_k - t_k)*y_k))"),
        ),
    ),
    "cross_entropy_hessian": Derivation(
        "the second derivative of cross entropy by `z_i` and `z_j`",
        "y_i*(delta_ij - y_j)*sum(t_k)",
        _TWO + " t_i t_j t_k",
        BOTH,
        (
            (
                "The sum of the targets is missing: it stands in the gradient as a factor of y.",
                "y_i*(delta_ij - y_j)",
            ),
            (
                "The targets do not move: their derivative is zero.",
                "y_i*(delta_ij - y_j)*sum(t_k) - t_j",
                "y_i*(delta_ij - y_j) - t_i",
            ),
            (
                "You differentiated y as if `y_i` heard of `z_i` alone.",
                "delta_ij*y_i*(1 - y_i)*sum(t_k)",
                "y_i*(1 - y_i)*sum(t_k)",
                "delta_ij*y_i*(1 - y_i)",
            ),
            (
                "The factor is the sum of all targets, not one of them.",
                "y_i*(delta_ij - y_j)*t_i",
                "y_i*(delta_ij - y_j)*t_j",
            ),
            (_NO_DELTA, "-y_i*y_j*sum(t_k)"),
            (_MINUS_ALL, "-y_i*(delta_ij - y_j)*sum(t_k)"),
        ),
    ),
    "mixture_slope": Derivation(
        "the slope of the mixture by `z_j`",
        "y_j*(v_j - sum(v_k*y_k))",
        _ONE + " v_j v_k",
        ("j",),
        (
            (
                "You let only the share of this one value grow. All the others shrink, and their "
                "values with them.",
                "y_j*v_j",
                "y_j*(1 - y_j)*v_j",
            ),
            (
                "This is the slope by the share. A score moves all shares, by the rule of softmax.",
                "v_j",
            ),
            ("The factor `y_j` is missing: who has no share moves nothing.",
             "v_j - sum(v_k*y_k)"),
            ("What comes off is the mixture, and its values are weighted with the shares.",
             "y_j*(v_j - sum(v_k))", "y_j*(v_j - 1)"),
            (_PLUS, "y_j*(v_j + sum(v_k*y_k))"),
            (_MINUS_ALL, "-y_j*(v_j - sum(v_k*y_k))"),
        ),
    ),
}  # fmt: skip
