"""Derivations: right forms are proved, wrong ones get their sentence, strings or SymPy alike."""

import random
import signal

import pytest
import sympy
from sympy import KroneckerDelta, Rational, Symbol, exp, log, symbols

from softback import symbolic as sym
from softback.course import _judge, check
from softback.course.formula import prove
from softback.course.tasks import DERIVATIONS as ALL
from softback.symbolic import C, N, i, j, k, m, n, total
from tests.lib.verdicts import named

DERIVATIONS = {task.name: task for task in ALL}

# --- Tables: right forms, and wrong ones with a piece of the sentence -----------------------------

RIGHT = {
    "odds": ["exp(z_i - z_j)", "exp(z_i)/exp(z_j)", "exp(z_i)*exp(-z_j)", "1/exp(z_j - z_i)"],
    "logit_difference": ["log(y_i/y_j)", "log(y_i) - log(y_j)", "-log(y_j/y_i)", "2*log(y_i) - "
                         "log(y_i*y_j)"],
    "entropy_slope": ["-y_j*(log(y_j) - sum(y_k*log(y_k)))", "-y_j*(log(y_j) + H)",
                      "y_j*sum(y_k*(log(y_k) - log(y_j)))",
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
        "= yᵢ·(δᵢⱼ − yⱼ)",
        "y_i*sum_k(y_k*(delta_ij - delta_jk))",
        "sum_kl(y_k*delta_ki*(delta_ij*y_l - y_l*y_j))",
    ],
    "own_slope": ["y_i*(1 - y_i)", "y_i - y_i^2", "exp(z_i)*(S - exp(z_i))/S**2"],
    "cross_slope": ["-y_i*y_j", "-exp(z_i)*exp(z_j)/S^2", "0 - y_j*y_i", "-exp(z_i + z_j)/S^2"],
    "temperature_slope": ["y_i*(delta_ij - y_j)/T", "(delta_ij*y_i - y_i*y_j)*T^-1"],
    "logsumexp_slope": ["y_j", "exp(z_j)/S", "exp(z_j)/sum(exp(z_k))", "exp(z_j - log(S))"],
    "log_slope": ["delta_ij - y_j", "delta_ij - exp(z_j)/S", "-(y_j - delta_ij)"],
    "trace": ["1 - sum(y_k^2)", "sum(y_k*(1 - y_k))", "sum(y_k)^2 - sum(y_k^2)"],
    "jacobian_product": ["y_i*(v_i - sum(v_k*y_k))", "y_i*v_i - y_i*sum(y_k*v_k)",
                         "y_i*sum(y_k*(v_i - v_k))"],
    "softmax_pullback": ["y_j*(g_j - s)", "y_j*g_j - y_j*sum(g_k*y_k)", "y_j*sum(y_k*(g_j - g_k))"],
    "log_softmax_pullback": ["g_j - y_j*sum(g_k)", "g_j*sum(y_k) - exp(z_j)/S*sum(g_k)"],
    "matrix_slope": ["delta_nm*y_ni*(delta_ij - y_nj)", "delta_mn*(y_ni*delta_ij - y_mi*y_mj)"],
    "cross_entropy_slope": ["y_j*sum(t_k) - t_j", "sum(t_k*y_j) - t_j", "-t_j*(1-y_j)"
                            " + y_j*(sum(t_k) - t_j)"],
    "squared_error_slope": ["y_j*((y_j - t_j) - sum((y_k - t_k)*y_k))",
                            "y_j*(y_j - t_j) - y_j*(sum(y_k^2) - sum(t_k*y_k))"],
    "cross_entropy_hessian": ["y_i*(delta_ij - y_j)*sum(t_k)", "sum(t_k*y_i*delta_ij) - "
                              "y_i*y_j*sum(t_k)"],
    "mixture_slope": ["y_j*(v_j - sum(v_k*y_k))", "y_j*(v_j - O)", "sum(y_j*y_k*(v_j - v_k))",
                      "exp(z_j)/S*v_j - y_j*sum(v_k*y_k)"],
}  # fmt: skip

WRONG = {
    "odds": [
        ("exp(z_j - z_i)", "order-reversed"),
        ("z_i - z_j", "no-exponential"),
        ("exp(z_i/z_j)", "a-quotient-in-the-exponent"),
        ("exp(z_i - z_j)/S", "the-total-left-in"),
        ("exp(z_i + z_j)", "multiplied-for-divided"),
        ("1", "Not yet: your formula gives 1 where"),
    ],
    "logit_difference": [
        ("log(y_j) - log(y_i)", "order-reversed"),
        ("log(y_i)/log(y_j)", "a-quotient-in-the-exponent"),
        ("y_i/y_j", "the-logarithm-missing"),
        ("y_i - y_j", "the-logarithm-missing"),
        ("log(y_i)", "up-to-a-constant"),
        ("log(y_i) + log(y_j)", "multiplied-for-divided"),
    ],
    "entropy_slope": [
        ("-log(y_j) - 1", "the-chain-that-stops-at-y"),
        ("-y_j*(1 - y_j)*(1 + log(y_j))", "only-the-diagonal"),
        ("-y_j*(1 + log(y_j))", "the-total-held-constant"),
        ("-y_j*(log(y_j) + sum(y_k*log(y_k)))", "plus-for-minus"),
        ("-y_j*(log(y_j) - sum(log(y_k)))", "an-unweighted-sum"),
        ("sum(y_k*log(y_k)) - log(y_j)", "centred-and-not-scaled"),
    ],
    "squares_of_jacobian": [
        ("sum((y_k - y_k^2)^2)", "only-the-diagonal"),
        ("sum(y_k^2)^2", "only-off-the-diagonal"),
        ("sum(y_k^2) - sum(y_k^2)^2", "the-square-of-the-sum"),
        ("sum(y_k^2) - 2*sum(y_k^3)", "the-square-of-the-sum"),
        ("sum(y_k^2) - sum(y_k^3) + sum(y_k^2)^2", "the-square-of-the-sum"),
        ("sum((y_k - y_k^2)*(y_k - y_k^2) )+ 0*S", "only-the-diagonal"),
        ("sum(y_k^2 - 2*y_k^3 + y_k^4)", "only-the-diagonal"),
        ("1 - sum(y_k^2)", "the-trace-for-the-squares"),
    ],
    "column_slope": [
        ("delta_nm*y_ni*(delta_ij - y_nj)", "rows-that-hear-each-other"),
        ("y_ni*(delta_nm - y_mi)", "rows-that-hear-each-other"),
        ("delta_ij*y_ni*(1 - y_mi)", "one-everywhere"),
        ("delta_ij*delta_nm*(y_ni - y_ni^2)", "only-the-diagonal"),
        ("-delta_ij*y_ni*y_mj", "only-off-the-diagonal"),
        ("delta_ij*y_ni*(delta_nm + y_mi)", "plus-for-minus"),
    ],
    "softmax_slope": [
        ("y_i*(1 - y_i)", "only-the-diagonal"),
        ("-y_i*y_j", "only-off-the-diagonal"),
        ("y_i*(1 - y_j)", "one-everywhere"),
        ("y_i*(delta_ij + y_j)", "plus-for-minus"),
        ("y_i*y_j - delta_ij*y_i", "uphill"),
        ("delta_ij - y_j", "the-rule-of-log-softmax"),
        ("y_i*(1 - z_i)", "logits-for-probabilities"),
        ("y_i*delta_ij - y_i^2", "the-same-index-twice"),
        ("delta_ij", "a-square-that-got-lost"),
        ("delta_ij*exp(z_i)/S", "the-total-held-constant"),
        ("delta_ij*y_i*(1 - y_i) + (1 - delta_ij)*y_j", "other cases are right, but for i ≠ j"),
        ("2*delta_ij*y_i - y_i*y_j", "other cases are right, but for i = j"),
    ],
    "own_slope": [
        ("y_i", "the-total-held-constant"),
        ("-y_i^2", "the-other-case"),
        ("1 - y_i", "the-other-case"),
        ("y_i - y_i*exp(z_i)", "a-square-that-got-lost"),
        ("y_i^2 - y_i", "uphill"),
        ("0", "Not yet: your formula gives 0 where"),
        ("y_i*(1 - z_i)", "logits-for-probabilities"),
        ("y_i*(1 - y_i) + 0.0001*0.0001", "0.09796516"),
    ],
    "cross_slope": [
        ("0", "the-total-held-constant"),
        ("y_i*y_j", "plus-for-minus"),
        ("y_i*(1 - y_i)", "the-other-case"),
        ("-y_j", "a-square-that-got-lost"),
        ("-exp(z_i + z_j)/S", "a-square-that-got-lost"),
    ],
    "temperature_slope": [
        ("y_i*(delta_ij - y_j)", "temperature-forgotten"),
        ("T*y_i*(delta_ij - y_j)", "temperature-forgotten"),
        ("y_i*(delta_ij - y_j)/T/T", "temperature-forgotten"),
        ("y_i*(delta_ij/T - y_j)", "temperature-forgotten"),
        ("y_i*(1 - y_i)/T", "only-the-diagonal"),
        ("(delta_ij + y_j)*y_i/T", "plus-for-minus"),
    ],
    "logsumexp_slope": [
        ("1/S", "the-inner-derivative"),
        ("exp(z_j)", "the-inner-derivative"),
        ("1", "the-logarithm-of-a-sum"),
        ("1 - y_j", "not-the-derivative-asked-for"),
        ("log(y_j)", "not-the-derivative-asked-for"),
        ("y_j - y_j^2", "not-the-derivative-asked-for"),
    ],
    "log_slope": [
        ("y_i*(delta_ij - y_j)", "the-rule-of-softmax"),
        ("1 - y_j", "one-everywhere"),
        ("delta_ij - y_i", "the-same-index-twice"),
        ("delta_ij", "the-total-held-constant"),
        ("delta_ij + y_j", "plus-for-minus"),
        ("-y_j", "only-off-the-diagonal"),
    ],
    "trace": [
        ("1 - sum(y_k)^2", "the-square-of-the-sum"),
        ("1", "the-diagonal-added-up-wrongly"),
        ("1 + sum(y_k^2)", "plus-for-minus"),
        ("C - 1", "the-diagonal-added-up-wrongly"),
        ("C - sum(y_k^2)", "the-diagonal-added-up-wrongly"),
    ],
    "jacobian_product": [
        ("y_i*(1 - y_i)*v_i", "only-the-diagonal"),
        ("y_i*v_i", "the-total-held-constant"),
        ("y_i*(v_i - sum(v_k))", "an-unweighted-sum"),
        ("y_i*v_i - sum(v_k*y_k)", "centred-and-not-scaled"),
        ("y_i*(v_i + sum(v_k*y_k))", "plus-for-minus"),
        ("0", "the-jacobian-summed-first"),
        ("v_i", "the-gradient-passed-through"),
        ("y_i*(v_i - sum(v_k)/C)", "the-plain-mean"),
        ("y_i*(v_i - sum_k(y_k*v_k))*sum_k(y_k^0)/3", "For C = 3 your formula is right, but"),
    ],
    "softmax_pullback": [
        ("g_j*y_j*(1 - y_j)", "only-the-diagonal"),
        ("g_j*y_j", "the-total-held-constant"),
        ("y_j*(g_j - sum(g_k))", "an-unweighted-sum"),
        ("g_j - y_j*sum(g_k)", "the-rule-of-log-softmax"),
        ("g_j*y_j - sum(g_k*y_k)", "centred-and-not-scaled"),
        ("-y_j*s", "only-off-the-diagonal"),
        ("-y_j*(s - g_j*y_j)", "only-off-the-diagonal"),
        ("0", "the-jacobian-summed-first"),
        ("g_j", "the-gradient-passed-through"),
        ("g_j*(1 - y_j)", "only-the-diagonal"),
        ("y_j*(g_j + s)", "plus-for-minus"),
    ],
    "log_softmax_pullback": [
        ("y_j*(g_j - s)", "the-rule-of-softmax"),
        ("g_j - exp(g_j)*sum(g_k)", "the-exponential-of-the-gradient"),
        ("g_j - sum(g_k*y_k)", "the-other-direction"),
        ("g_j*(1 - y_j)", "only-the-diagonal"),
        ("g_j - y_j", "a-sum-that-was-once-1"),
        ("g_j", "the-gradient-passed-through"),
    ],
    "matrix_slope": [
        ("y_ni*(delta_ij - y_nj)", "rows-that-hear-each-other"),
        ("y_ni*(delta_nm*delta_ij - y_nj)", "rows-that-hear-each-other"),
        ("delta_nm*delta_ij*(y_ni - y_ni^2)", "only-the-diagonal"),
        ("-delta_nm*y_ni*y_nj", "only-off-the-diagonal"),
        ("delta_nm*y_ni*(1 - y_nj)", "one-everywhere"),
        ("delta_nm*y_ni*(delta_ij + y_mj)", "plus-for-minus"),
        ("delta_nm*y_ni*(delta_ij - y_nj) + (1 - delta_nm)*(1 - delta_ij)*y_ni",
         "but for n ≠ m, i ≠ j"),
    ],
    "cross_entropy_slope": [
        ("y_j - t_j", "the-condition-forgotten"),
        ("t_j - y_j", "target-minus-prediction"),
        ("-t_j/y_j", "the-chain-that-stops-at-y"),
        ("-t_j*(1 - y_j)", "only-the-diagonal"),
        ("(y_j - t_j)*y_j*(1 - y_j)", "the-shortcut-and-the-long-way"),
        ("(y_j - t_j)/(y_j*(1 - y_j))", "the-chain-that-stops-at-y"),
        ("y_j*sum(t_k*y_k) - t_j", "one-target-for-all"),
        ("y_j*(y_j - t_j - sum((y_k - t_k)*y_k))", "the-shortcut-and-the-long-way"),
    ],
    "squared_error_slope": [
        ("y_j - t_j", "the-chain-that-stops-at-y"),
        ("(y_j - t_j)*y_j*(1 - y_j)", "only-the-diagonal"),
        ("y_j*(y_j - t_j)", "the-total-held-constant"),
        ("2*y_j*((y_j - t_j) - sum((y_k - t_k)*y_k))", "the-half-forgotten"),
        ("y_j*((y_j - t_j) - sum(y_k - t_k))", "an-unweighted-sum"),
        ("y_j*(y_j - t_j + sum((y_k - t_k)*y_k))", "plus-for-minus"),
    ],
    "cross_entropy_hessian": [
        ("y_i*(delta_ij - y_j)", "the-condition-forgotten"),
        ("y_i*(delta_ij - y_j)*sum(t_k) - t_j", "one-target-for-all"),
        ("y_i*(1 - y_i)*sum(t_k)", "only-the-diagonal"),
        ("y_i*(delta_ij - y_j)*t_i", "one-target-for-all"),
        ("-y_i*y_j*sum(t_k)", "only-off-the-diagonal"),
        ("y_i*(delta_ij + y_j)*sum(t_k)", "plus-for-minus"),
    ],
    "mixture_slope": [
        ("y_j*v_j", "only-the-diagonal"),
        ("y_j*(1 - y_j)*v_j", "only-the-diagonal"),
        ("v_j", "the-chain-that-stops-at-y"),
        ("v_j - sum(v_k*y_k)", "centred-and-not-scaled"),
        ("y_j*(v_j - sum(v_k))", "an-unweighted-sum"),
        ("y_j*(v_j + sum(v_k*y_k))", "plus-for-minus"),
        ("y_j*(sum(v_k*y_k) - v_j)", "uphill"),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "answer"), [(name, answer) for name, forms in RIGHT.items() for answer in forms]
)
def test_every_right_form_is_proved(name, answer):
    verdict = check(name, answer)
    assert verdict, verdict.message
    assert verdict.message.startswith("Right: SymPy shows")


@pytest.mark.parametrize(
    ("name", "answer", "expected"),
    [(name, *pair) for name, pairs in WRONG.items() for pair in pairs],
)
def test_the_mistake_behind_a_wrong_formula_is_named(name, answer, expected):
    named(check(name, answer), expected)


def test_each_derivation_has_its_tables():
    assert set(RIGHT) == set(WRONG) == set(DERIVATIONS)
    assert all(len(pairs) >= 5 for pairs in WRONG.values())


# --- SymPy expressions ----------------------------------------------------------------------------

y_i, y_j = symbols("y_i y_j")
share = sym.softmax(sym.z)


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
        ("softmax_pullback", sym.y[j] * (sym.g[j] - total(sym.g[k] * sym.y[k], k))),
        ("softmax_pullback", y_j * (Symbol("g_j") - Symbol("s"))),
        ("log_softmax_pullback", sym.g[j] - sym.y[j] * total(sym.g[i], i)),
        ("logsumexp_slope", exp(sym.z[j] - log(total(exp(sym.z[k]), k)))),
    ],
)
def test_a_right_expression_is_proved(name, answer):
    verdict = check(name, answer)
    assert verdict, verdict.message


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (y_i * (1 - y_i), "kept only the diagonal"),
        (Symbol("q"), "`q` is not known here"),
        (sym.y[sym.h], "`y[h]` is not known here"),
        (Symbol("y_k"), "`y_k` is not known here"),
        (sym.y[2], "`y[2]` is not known here"),
        (sympy.sin(y_i), "of a kind that cannot be read"),
        (sympy.sqrt(y_i), "of a kind that cannot be read"),
        (y_i**y_j, "of a kind that cannot be read"),
        (sympy.pi * y_i, "of a kind that cannot be read"),
        (sympy.Sum(sym.y[k], (k, 2, C)), "one index from 1 to C"),
        (sympy.Sum(sym.y[k], (k, 1, N)), "one index from 1 to C"),
        (sympy.oo, "is not a fraction"),
        (sympy.zoo * y_i, "of a kind that cannot be read"),
    ],
)
def test_another_expression_gets_a_sentence(answer, sentence):
    verdict = check("softmax_slope", answer)
    assert not verdict
    assert sentence in verdict.message


def test_expressions_with_rows_are_read():
    entry = sym.y[n, i] * (KroneckerDelta(i, j) - sym.y[n, j]) * KroneckerDelta(n, m)
    assert check("matrix_slope", entry)
    assert "Between different rows" in check(
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
        ("y_i y_j", "A product needs its `*`"),
        ("d(y_i, z_j)", "Carry the derivative out"),
        (r"\frac{y_i}{2}", "looks like LaTeX"),
        ("<b>y_i</b>", "looks like HTML"),
        ("1/0", "divides by zero, at z = `["),
        ("y_i/(y_j - y_j)", "divides by zero, at z = `["),
        ("log(-1)", "logarithm has no value"),
        ("exp(exp(exp(exp(99))))", "grow so large"),
        ("((((9^9)^9)^9)^9)^9", "grow so large"),
        (Rational(1) / (y_i * 0 + sympy.Integer(10) ** 400), "grow so large"),
        (
            "y_i*(delta_ij - y_j) + 0.000001*0.000001*y_j",
            "Not yet: for i = j your formula gives 0.0979651502",
        ),
    ],
)
def test_bad_input_gets_a_sentence(answer, sentence):
    verdict = check("softmax_slope", answer)
    assert not verdict
    assert sentence in verdict.message
    assert "Traceback" not in verdict.message


def test_an_unknown_derivation_is_the_callers_mistake():
    with pytest.raises(ValueError, match=r"name is 'slope'; it must be one of .* odds, logit_"):
        check("slope", "1")


def test_a_proof_that_takes_too_long_is_stopped_and_not_claimed(monkeypatch):
    def endless(question, tree):
        while True:
            pass

    monkeypatch.setattr(_judge, "SECONDS", 0.05)
    monkeypatch.setattr(prove, "scope_of_proof", endless)
    verdict = check("odds", "exp(z_i - z_j)")
    assert verdict
    assert "compared for C = 2, 3 and 5" in verdict.message
    assert "every" not in verdict.message
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_equal_numbers_are_not_enough_where_sympy_differs(monkeypatch):
    def refuted(question, tree):
        raise sym.Refuted

    monkeypatch.setattr(prove, "scope_of_proof", refuted)
    verdict = check("odds", "exp(z_i - z_j)")
    assert not verdict
    assert "differ by something tiny" in verdict.message


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ("y_i*(delta_ij - q)", "    y_i*(delta_ij - q)\n                    ^"),
        ("y_i\n + q", "    y_i  + q\n           ^"),
        ("1 + " * 90 + "q", "    " + ("1 + " * 90)[-30:] + "q\n" + " " * 34 + "^"),
        ("y_i + 1/(y_j - y_j)", "    y_i + 1/(y_j - y_j)\n             ^"),
    ],
)
def test_a_caret_stands_below_the_place(answer, shown):
    message = check("softmax_slope", answer).message
    assert message.split("\n\n")[1] == shown


def test_the_random_numbers_of_a_reader_are_left_alone():
    random.seed(4)
    state = random.getstate()
    check("odds", "1")
    assert random.getstate() == state
