"""Derivations: right forms are proved, wrong ones get their sentence, strings or SymPy alike."""

import itertools
import random
import signal

import pytest
import sympy
from sympy import KroneckerDelta, Rational, Symbol, exp, log, symbols

from softback import symbolic as sym
from softback.exercises import Verdict, _derivation_check, check_derivation
from softback.exercises._derivations import DERIVATIONS
from softback.symbolic import C, N, i, j, k, m, n, total

# --- Tables: right forms, and wrong ones with a piece of the sentence -----------------------------

RIGHT = {
    "odds": ["exp(z_i - z_j)", "exp(z_i)/exp(z_j)", "exp(z_i)*exp(-z_j)", "1/exp(z_j - z_i)"],
    "logit_difference": ["log(y_i/y_j)", "log(y_i) - log(y_j)", "-log(y_j/y_i)", "2*log(y_i) - "
                         "log(y_i*y_j)"],
    "entropy_slope": ["-y_j*(log(y_j) - sum(y_k*log(y_k)))", "y_j*sum(y_k*(log(y_k) - log(y_j)))",
                      "y_j*sum(y_k*(z_k - z_j))", "-y_j*(z_j - log(S) - sum(y_k*log(y_k)))"],
    "squares_of_jacobian": ["sum(y_k^2) - 2*sum(y_k^3) + sum(y_k^2)^2",
                            "sum(y_k^2*(1 - 2*y_k)) + sum(y_k^2)*sum(y_k*y_k)",
                            "sum(y_k^2*(1-y_k)^2) + sum(y_k^2)^2 - sum(y_k^4)"],
    "column_slope": ["delta_ij*y_ni*(delta_nm - y_mi)", "delta_ji*(y_ni*delta_mn - y_nj*y_mj)"],
    "softmax_slope": [
        "y_i*(delta_ij - y_j)",
        "y_j*(delta_ij - y_i)",
        "delta_ij*y_i - y_i*y_j",
        "delta_ij*y_i*(1 - y_i) - (1 - delta_ij)*y_i*y_j",
        "exp(z_i)*(delta_ij*S - exp(z_j))/S^2",
        "exp(z_i)/sum(exp(z_k)) * (delta_ji - exp(z_j)/S)",
        "y_i*delta_ij*sum(y_k) - y_i*y_j",
    ],
    "own_slope": ["y_i*(1 - y_i)", "y_i - y_i^2", "exp(z_i)*(S - exp(z_i))/S**2"],
    "cross_slope": ["-y_i*y_j", "-exp(z_i)*exp(z_j)/S^2", "0 - y_j*y_i", "-exp(z_i + z_j)/S^2"],
    "temperature_slope": ["y_i*(delta_ij - y_j)/T", "(delta_ij*y_i - y_i*y_j)*T^-1"],
    "logsumexp_slope": ["y_j", "exp(z_j)/S", "exp(z_j)/sum(exp(z_k))", "exp(z_j - log(S))"],
    "log_slope": ["delta_ij - y_j", "delta_ij - exp(z_j)/S", "-(y_j - delta_ij)"],
    "trace": ["1 - sum(y_k^2)", "sum(y_k*(1 - y_k))", "sum(y_k)^2 - sum(y_k^2)"],
    "jacobian_product": ["y_i*(v_i - sum(v_k*y_k))", "y_i*v_i - y_i*sum(y_k*v_k)",
                         "y_i*sum(y_k*(v_i - v_k))"],
    "softmax_vjp": ["y_j*(g_j - s)", "y_j*g_j - y_j*sum(g_k*y_k)", "y_j*sum(y_k*(g_j - g_k))"],
    "log_softmax_vjp": ["g_j - y_j*sum(g_k)", "g_j*sum(y_k) - exp(z_j)/S*sum(g_k)"],
    "matrix_slope": ["delta_nm*y_ni*(delta_ij - y_nj)", "delta_mn*(y_ni*delta_ij - y_mi*y_mj)"],
    "cross_entropy_slope": ["y_j*sum(t_k) - t_j", "sum(t_k*y_j) - t_j", "-t_j*(1-y_j)"
                            " + y_j*(sum(t_k) - t_j)"],
    "squared_error_slope": ["y_j*((y_j - t_j) - sum((y_k - t_k)*y_k))",
                            "y_j*(y_j - t_j) - y_j*(sum(y_k^2) - sum(t_k*y_k))"],
    "cross_entropy_hessian": ["y_i*(delta_ij - y_j)*sum(t_k)", "sum(t_k*y_i*delta_ij) - "
                              "y_i*y_j*sum(t_k)"],
    "mixture_slope": ["y_j*(v_j - sum(v_k*y_k))", "sum(y_j*y_k*(v_j - v_k))",
                      "exp(z_j)/S*v_j - y_j*sum(v_k*y_k)"],
}  # fmt: skip

WRONG = {
    "odds": [
        ("exp(z_j - z_i)", "fraction round"),
        ("z_i - z_j", "exponentials are missing"),
        ("exp(z_i/z_j)", "subtracts exponents"),
        ("exp(z_i - z_j)/S", "must cancel"),
        ("exp(z_i + z_j)", "added the exponents"),
        ("1", "Not yet: your formula gives 1 where"),
    ],
    "logit_difference": [
        ("log(y_j) - log(y_i)", "difference round"),
        ("log(y_i)/log(y_j)", "is a difference, not a quotient"),
        ("y_i/y_j", "logarithm of the odds"),
        ("y_i - y_j", "take logarithms first"),
        ("log(y_i)", "that softmax forgets"),
        ("log(y_i) + log(y_j)", "must divide"),
    ],
    "entropy_slope": [
        ("-log(y_j) - 1", "Carry it on to the logits"),
        ("-y_j*(1 - y_j)*(1 + log(y_j))", "only the term k = j"),
        ("-y_j*(1 + log(y_j))", "still has to come off"),
        ("-y_j*(log(y_j) + sum(y_k*log(y_k)))", "must be minus"),
        ("-y_j*(log(y_j) - sum(log(y_k)))", "weighted with the shares"),
        ("sum(y_k*log(y_k)) - log(y_j)", "in front is missing"),
    ],
    "squares_of_jacobian": [
        ("sum((y_k - y_k^2)^2)", "the diagonal only"),
        ("sum(y_k^2)^2", "as if it stood everywhere"),
        ("sum(y_k^2) - sum(y_k^2)^2", "three terms"),
        ("sum(y_k^2) - 2*sum(y_k^3)", "last term is missing"),
        ("sum(y_k^2) - sum(y_k^3) + sum(y_k^2)^2", "counts twice"),
        ("sum((y_k - y_k^2)*(y_k - y_k^2) )+ 0*S", "the diagonal only"),
        ("sum(y_k^2 - 2*y_k^3 + y_k^4)", "the diagonal only"),
        ("1 - sum(y_k^2)", "the trace"),
    ],
    "column_slope": [
        ("delta_nm*y_ni*(delta_ij - y_nj)", "letters change places"),
        ("y_ni*(delta_nm - y_mi)", "different columns"),
        ("delta_ij*y_ni*(1 - y_mi)", "for n = m only"),
        ("delta_ij*delta_nm*(y_ni - y_ni^2)", "case n ≠ m is missing"),
        ("-delta_ij*y_ni*y_mj", "case n = m is missing"),
        ("delta_ij*y_ni*(delta_nm + y_mi)", "must be minus"),
    ],
    "softmax_slope": [
        ("y_i*(1 - y_i)", "only the case i = j"),
        ("-y_i*y_j", "case i ≠ j alone"),
        ("y_i*(1 - y_j)", "The 1 in the bracket"),
        ("y_i*(delta_ij + y_j)", "must be minus"),
        ("y_i*y_j - delta_ij*y_i", "sign of the whole"),
        ("delta_ij - y_j", "derivative of `log(y_i)`"),
        ("y_i*delta_ij - y_i^2", "the same index"),
        ("delta_ij", "quotient rule"),
        ("delta_ij*exp(z_i)/S", "denominator contains `z_j` too"),
        ("delta_ij*y_i*(1 - y_i) + (1 - delta_ij)*y_j", "other cases are right, but for i ≠ j"),
        ("2*delta_ij*y_i - y_i*y_j", "other cases are right, but for i = j"),
    ],
    "own_slope": [
        ("y_i", "denominator contains `z_i` too"),
        ("-y_i^2", "This is the case i ≠ j"),
        ("1 - y_i", "what is left of the total"),
        ("y_i - y_i*exp(z_i)", "divided by the square"),
        ("y_i^2 - y_i", "sign of the whole"),
        ("0", "Not yet: your formula gives 0 where"),
    ],
    "cross_slope": [
        ("0", "but the denominator does"),
        ("y_i*y_j", "the others lose"),
        ("y_i*(1 - y_i)", "case i = j"),
        ("-y_j", "One factor is missing"),
        ("-exp(z_i + z_j)/S", "total is squared"),
    ],
    "temperature_slope": [
        ("y_i*(delta_ij - y_j)", "inner derivative is missing"),
        ("T*y_i*(delta_ij - y_j)", "you multiplied by T"),
        ("y_i*(delta_ij - y_j)/T/T", "comes in once"),
        ("y_i*(delta_ij/T - y_j)", "both terms"),
        ("y_i*(1 - y_i)/T", "only the case i = j"),
    ],
    "logsumexp_slope": [
        ("1/S", "inner derivative is missing"),
        ("exp(z_j)", "outer derivative is missing"),
        ("1", "sum of the logarithms"),
        ("1 - y_j", "derivative of log-softmax"),
        ("log(y_j)", "log-softmax itself"),
        ("y_j - y_j^2", "second derivative"),
    ],
    "log_slope": [
        ("y_i*(delta_ij - y_j)", "Divide it by `y_i`"),
        ("1 - y_j", "`delta_ij` in place of 1"),
        ("delta_ij - y_i", "logit that moves"),
        ("delta_ij", "contains `z_j` too"),
        ("delta_ij + y_j", "Log-sum-exp is subtracted"),
        ("-y_j", "case i = j is missing"),
    ],
    "trace": [
        ("1 - sum(y_k)^2", "square of the sum"),
        ("1", "squares still come off"),
        ("1 + sum(y_k^2)", "sign of the squares"),
        ("C - 1", "Each diagonal entry"),
        ("C - sum(y_k^2)", "is 1, not C"),
    ],
    "jacobian_product": [
        ("y_i*(1 - y_i)*v_i", "only the diagonal"),
        ("y_i*v_i", "second term"),
        ("y_i*(v_i - sum(v_k))", "weighted with the shares"),
        ("y_i*v_i - sum(v_k*y_k)", "in front of both terms"),
        ("y_i*(v_i + sum(v_k*y_k))", "must be minus"),
    ],
    "softmax_vjp": [
        ("g_j*y_j*(1 - y_j)", "the loss hears all"),
        ("g_j*y_j", "second term"),
        ("y_j*(g_j - sum(g_k))", "weighted with the shares"),
        ("g_j - y_j*sum(g_k)", "rule of log-softmax"),
        ("g_j*y_j - sum(g_k*y_k)", "in front of both terms"),
        ("-y_j*s", "leaves `g_j * y_j`"),
        ("y_j*(g_j + s)", "must be minus"),
    ],
    "log_softmax_vjp": [
        ("y_j*(g_j - s)", "rule of softmax itself"),
        ("g_j - exp(g_j)*sum(g_k)", "belongs to the output"),
        ("g_j - sum(g_k*y_k)", "in front of it"),
        ("g_j*(1 - y_j)", "only the term i = j"),
        ("g_j - y_j", "you took it to be one"),
    ],
    "matrix_slope": [
        ("y_ni*(delta_ij - y_nj)", "different rows"),
        ("y_ni*(delta_nm*delta_ij - y_nj)", "both terms"),
        ("delta_nm*delta_ij*(y_ni - y_ni^2)", "case i ≠ j is missing"),
        ("-delta_nm*y_ni*y_nj", "case i = j is missing"),
        ("delta_nm*y_ni*(1 - y_nj)", "for i = j only"),
        ("delta_nm*y_ni*(delta_ij - y_nj) + (1 - delta_nm)*(1 - delta_ij)*y_ni",
         "but for n ≠ m, i ≠ j"),
    ],
    "cross_entropy_slope": [
        ("y_j - t_j", "targets that sum to one"),
        ("t_j - y_j", "sign is turned"),
        ("-t_j/y_j", "Carry it on"),
        ("-t_j*(1 - y_j)", "only the term k = j"),
        ("y_j*sum(t_k*y_k) - t_j", "cancels"),
        ("y_j*(y_j - t_j - sum((y_k - t_k)*y_k))", "twice"),
    ],
    "squared_error_slope": [
        ("y_j - t_j", "Squared error still has to go through"),
        ("(y_j - t_j)*y_j*(1 - y_j)", "only the diagonal"),
        ("y_j*(y_j - t_j)", "weighted mean still"),
        ("2*y_j*((y_j - t_j) - sum((y_k - t_k)*y_k))", "twice as large"),
        ("y_j*((y_j - t_j) - sum(y_k - t_k))", "weighted with the shares"),
    ],
    "cross_entropy_hessian": [
        ("y_i*(delta_ij - y_j)", "sum of the targets is missing"),
        ("y_i*(delta_ij - y_j)*sum(t_k) - t_j", "targets do not move"),
        ("y_i*(1 - y_i)*sum(t_k)", "`z_i` alone"),
        ("y_i*(delta_ij - y_j)*t_i", "sum of all targets"),
        ("-y_i*y_j*sum(t_k)", "case i ≠ j alone"),
    ],
    "mixture_slope": [
        ("y_j*v_j", "All the others shrink"),
        ("y_j*(1 - y_j)*v_j", "only the share of this one value"),
        ("v_j", "slope by the share"),
        ("v_j - sum(v_k*y_k)", "factor `y_j` is missing"),
        ("y_j*(v_j - sum(v_k))", "weighted with the shares"),
        ("y_j*(v_j + sum(v_k*y_k))", "must be minus"),
        ("y_j*(sum(v_k*y_k) - v_j)", "but for the sign"),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "answer"), [(name, answer) for name, forms in RIGHT.items() for answer in forms]
)
def test_every_right_form_is_proved(name, answer):
    verdict = check_derivation(name, answer)
    assert verdict, verdict.message
    assert verdict.message.startswith("Right: SymPy shows")


@pytest.mark.parametrize(
    ("name", "answer", "sentence"),
    [(name, *pair) for name, pairs in WRONG.items() for pair in pairs],
)
def test_a_wrong_formula_gets_its_sentence(name, answer, sentence):
    verdict = check_derivation(name, answer)
    assert not verdict
    assert sentence in verdict.message


def test_each_derivation_has_its_tables():
    assert set(RIGHT) == set(WRONG) == set(DERIVATIONS)
    assert all(len(pairs) >= 5 for pairs in WRONG.values())


# What the book proves about the same derivatives, by SymPy and for any number of classes.
share, J = sym.softmax(sym.z), sym.d(sym.softmax(sym.z)[i], sym.z[j])
DERIVED = {
    "odds": share[i] / share[j],
    "softmax_slope": J,
    "logsumexp_slope": sym.d(sym.logsumexp(sym.z), sym.z[j]),
    "log_slope": sym.d(sym.log_softmax(sym.z)[i], sym.z[j]),
    "jacobian_product": total(J * sym.v[j], j),
    "softmax_vjp": total(sym.g[i] * J, i),
    "cross_entropy_slope": sym.d(sym.cross_entropy(sym.z, sym.t), sym.z[j]),
    "cross_entropy_hessian": sym.d(sym.cross_entropy(sym.z, sym.t), sym.z[i], sym.z[j]),
    "mixture_slope": sym.d(total(share[k] * sym.v[k], k), sym.z[j]),
}


@pytest.mark.parametrize("name", DERIVED)
def test_what_is_taken_for_right_is_what_differentiation_gives(name):
    names = {text: getattr(sym, text[0])[Symbol(text[2], integer=True, positive=True)]
             for text in DERIVATIONS[name].names.split() if text[0] in "zgvt"}  # fmt: skip
    right = sympy.sympify(DERIVATIONS[name].right.replace("sum", "Total"), {
        **names,
        "Total": lambda part: total(part, k),
        "y_i": share[i], "y_j": share[j], "y_k": share[k],
        "delta_ij": KroneckerDelta(i, j),
    })  # fmt: skip
    sym.verify("eq-right", DERIVED[name], right)


def test_the_slope_of_the_entropy_is_what_differentiation_gives():
    z = symbols("z:3", real=True)
    y = [exp(a) / sum(map(exp, z)) for a in z]
    entropy = -sum(a * log(a) for a in y)
    point = {z[0]: Rational(1, 3), z[1]: Rational(-1, 2), z[2]: 1}
    for a in range(3):
        expected = -y[a] * (log(y[a]) + entropy)
        difference = entropy.diff(z[a]) - expected
        assert abs(difference.subs(point).evalf(30)) < 1e-25


def test_the_sum_of_squares_is_that_of_the_entries():
    y = symbols("y:4")
    entries = [y[a] * (int(a == b) - y[b]) for a in range(4) for b in range(4)]
    expected = sum(a**2 for a in y) - 2 * sum(a**3 for a in y) + sum(a**2 for a in y) ** 2
    assert sympy.expand(sum(entry**2 for entry in entries) - expected) == 0


def test_the_slope_down_the_columns_is_what_differentiation_gives():
    z = sympy.Matrix(2, 2, symbols("z:4", real=True))
    y = sympy.Matrix(2, 2, lambda a, b: exp(z[a, b]) / (exp(z[0, b]) + exp(z[1, b])))
    for a, b, c, d in itertools.product(range(2), repeat=4):
        expected = int(b == d) * y[a, b] * (int(a == c) - y[c, b])
        assert sympy.simplify(y[a, b].diff(z[c, d]) - expected) == 0


def test_the_slope_of_squared_error_is_what_differentiation_gives():
    z, t = symbols("z:3", real=True), symbols("t:3", positive=True)
    y = [exp(a) / sum(map(exp, z)) for a in z]
    loss = sum((a - b) ** 2 for a, b in zip(y, t, strict=True)) / 2
    mean = sum((y[b] - t[b]) * y[b] for b in range(3))
    for a in range(3):
        assert sympy.simplify(loss.diff(z[a]) - y[a] * (y[a] - t[a] - mean)) == 0


# --- SymPy expressions ----------------------------------------------------------------------------

y_i, y_j = symbols("y_i y_j")


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("softmax_slope", y_i * (Symbol("delta_ij") - y_j)),
        ("softmax_slope", sym.y[i] * (KroneckerDelta(i, j) - sym.y[j])),
        ("softmax_slope", share[i] * (KroneckerDelta(j, i) - share[j])),
        ("own_slope", y_i - y_i**2),
        ("own_slope", (2 * y_i - 2 * y_i**2) * 0.5),
        ("cross_slope", -exp(Symbol("z_i") + Symbol("z_j")) / Symbol("S") ** 2),
        ("odds", exp(sym.z[i]) / exp(sym.z[j])),
        ("softmax_vjp", sym.y[j] * (sym.g[j] - total(sym.g[k] * sym.y[k], k))),
        ("softmax_vjp", y_j * (Symbol("g_j") - Symbol("s"))),
        ("log_softmax_vjp", sym.g[j] - sym.y[j] * total(sym.g[i], i)),
        ("logsumexp_slope", exp(sym.z[j] - log(total(exp(sym.z[k]), k)))),
    ],
)
def test_a_right_expression_is_proved(name, answer):
    verdict = check_derivation(name, answer)
    assert verdict, verdict.message


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (y_i * (1 - y_i), "only the case i = j"),
        (Symbol("q"), "`q` is not known here"),
        (sym.y[sym.h], "`y[h]` is not known here"),
        (Symbol("y_k"), "`y_k` is not known here"),
        (sym.y[2], "`y[2]` is not known here"),
        (sympy.sin(y_i), "of a kind that is not known"),
        (sympy.sqrt(y_i), "of a kind that is not known"),
        (y_i**y_j, "of a kind that is not known"),
        (sympy.pi * y_i, "of a kind that is not known"),
        (sympy.Sum(sym.y[k], (k, 2, C)), "one index from 1 to C"),
        (sympy.Sum(sym.y[k], (k, 1, N)), "one index from 1 to C"),
        (sympy.oo, "is no fraction"),
        (sympy.zoo * y_i, "of a kind that is not known"),
    ],
)
def test_another_expression_gets_a_sentence(answer, sentence):
    verdict = check_derivation("softmax_slope", answer)
    assert not verdict
    assert sentence in verdict.message


def test_expressions_with_rows_are_read():
    entry = sym.y[n, i] * (KroneckerDelta(i, j) - sym.y[n, j]) * KroneckerDelta(n, m)
    assert check_derivation("matrix_slope", entry)
    assert "different rows" in check_derivation(
        "matrix_slope", sym.y[n, i] * (KroneckerDelta(i, j) - sym.y[n, j])
    ).message  # fmt: skip


# --- Bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (None, "no answer yet"),
        (..., "no answer yet"),
        ("", "no answer yet"),
        (" ... ", "no answer yet"),
        (3, "type `int`"),
        ([y_i], "type `list`"),
        (sympy.Eq(y_i, y_j), "type `Equality`"),
        (sympy.Matrix([y_i]), "MutableDenseMatrix`"),
        ("y_i y_j", "needs its `*`"),
        ("1/0", "has no value"),
        ("y_i/(y_j - y_j)", "has no value"),
        ("log(-1)", "has no value"),
        ("exp(exp(exp(exp(99))))", "has no value"),
        ("((((9^9)^9)^9)^9)^9", "has no value"),
        (Rational(1) / (y_i * 0 + sympy.Integer(10) ** 400), "Not yet"),
        ("y_i*(delta_ij - y_j) + 0.000001*0.000001*y_j", "Something tiny is wrong"),
    ],
)
def test_bad_input_gets_a_sentence(answer, sentence):
    verdict = check_derivation("softmax_slope", answer)
    assert not verdict
    assert sentence in verdict.message
    assert "Traceback" not in verdict.message


def test_an_unknown_derivation_is_the_callers_mistake():
    with pytest.raises(ValueError, match="name is 'slope'; it must be one of odds, logit_"):
        check_derivation("slope", "1")


def test_a_comparison_that_takes_too_long_is_stopped(monkeypatch):
    def endless(difference):
        while True:
            pass

    monkeypatch.setattr(_derivation_check, "SECONDS", 0.05)
    monkeypatch.setattr(_derivation_check, "_vanishes", endless)
    verdict = check_derivation("odds", "exp(z_i - z_j)")
    assert verdict == Verdict(False, verdict.message)
    assert "After 0.05 seconds" in verdict.message
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_the_random_numbers_of_a_reader_are_left_alone():
    random.seed(4)
    state = random.getstate()
    check_derivation("odds", "1")
    assert random.getstate() == state
