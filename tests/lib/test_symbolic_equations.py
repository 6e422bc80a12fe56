"""The equations of the book are proved, and their false twins are refused with numbers."""

import pytest

pytest.importorskip("sympy")

from sympy import (
    Determinant,
    Eq,
    IndexedBase,
    KroneckerDelta,
    Matrix,
    Ne,
    Rational,
    Sum,
    exp,
    eye,
    log,
    ones,
    sqrt,
    tanh,
)

from softback.symbolic import (
    C,
    N,
    Refuted,
    T,
    Vector,
    c,
    cross_entropy,
    d,
    e,
    g,
    h,
    i,
    j,
    k,
    log_softmax,
    logsumexp,
    m,
    matrix,
    n,
    prove,
    softmax,
    t,
    total,
    v,
    w,
    y,
    z,
)
from softback.symbolic.claim import read
from softback.symbolic.decide import holds_for_every_size

delta = KroneckerDelta
p = softmax(z)
hot = softmax(z / T)
J = d(p[i], z[j])
S = total(exp(z[k]), k)
mean_v = total(p[k] * v[k], k)
loss = cross_entropy(z, t)
smooth = (1 - e) * t + e / C
targets_sum_to_one = Eq(total(t[k], k), 1)
row_targets_sum_to_one = Eq(total(t[n, k], k), 1)
vjp = Vector(lambda a: p[a] * (g[a] - total(g[k] * p[k], k)))
centred = Vector(lambda a: g[a] - total(g[k] * p[k], k))
entropy = -total(p[k] * log(p[k]), k)

A = IndexedBase("A", real=True)

EVERY_C = {
    "double sums exchanged, in one case": (
        (1 - delta(i, j)) * total(A[k, h], k, h),
        (1 - delta(i, j)) * total(A[k, h], h, k),
    ),
    "shift": (softmax(z + c)[i], p[i]),
    "sums to one": (total(p[i], i), 1),
    "odds": (p[i] / p[j], exp(z[i] - z[j])),
    "log odds": (log(p[i] / p[j]), z[i] - z[j]),
    "temperature odds": (hot[i] / hot[j], exp((z[i] - z[j]) / T)),
    "temperature as a power": (hot[i], p[i] ** (1 / T) / total(p[k] ** (1 / T), k)),
    "derivative of the sum": (d(S, z[j]), exp(z[j])),
    "derivative of the sum, same index name": (d(S, z[k]), exp(z[k])),
    "diagonal": (d(p[i], z[i]), p[i] * (1 - p[i])),
    "diagonal by condition": (J, p[i] * (1 - p[i]), Eq(i, j)),
    "off the diagonal": (J, -p[i] * p[j], Ne(i, j)),
    "jacobian": (J, p[i] * (delta(i, j) - p[j])),
    "temperature jacobian": (d(hot[i], z[j]), hot[i] * (delta(i, j) - hot[j]) / T),
    "derivative in the temperature": (
        d(hot[i], T),
        -hot[i] * (z[i] - total(hot[k] * z[k], k)) / T**2,
    ),
    "second derivative": (
        d(p[i], z[j], z[k]),
        p[i] * ((delta(i, j) - p[j]) * (delta(i, k) - p[k]) - p[j] * (delta(j, k) - p[k])),
    ),
    "log softmax": (log(p[i]), z[i] - logsumexp(z)),
    "gradient of logsumexp": (d(logsumexp(z), z[j]), p[j]),
    "derivative of log y": (d(log_softmax(z)[i], z[j]), delta(i, j) - p[j]),
    "log derivative": (J, p[i] * d(log(p[i]), z[j])),
    "log softmax vjp": (total(g[i] * d(log_softmax(z)[i], z[j]), i), g[j] - p[j] * total(g[i], i)),
    "logsumexp shift": (logsumexp(z + c), c + logsumexp(z)),
    "hessian of logsumexp": (d(logsumexp(z), z[i], z[j]), J),
    "log softmax of log softmax": (log_softmax(log_softmax(z))[i], log_softmax(z)[i]),
    "symmetry": (J, d(p[j], z[i])),
    "columns sum to zero": (total(J, i), 0),
    "rows sum to zero": (total(J, j), 0),
    "variance as squares": (total(v[i] * J * v[j], i, j), total(p[i] * (v[i] - mean_v) ** 2, i)),
    "variance as moments": (total(v[i] * J * v[j], i, j), total(p[i] * v[i] ** 2, i) - mean_v**2),
    "variance as pairs": (
        total(v[i] * J * v[j], i, j),
        total(p[i] * p[j] * (v[i] - v[j]) ** 2, i, j) / 2,
    ),
    "trace": (total(d(p[i], z[i]), i), 1 - total(p[k] ** 2, k)),
    "frobenius": (
        total(J**2, i, j),
        total(p[k] ** 2, k) - 2 * total(p[k] ** 3, k) + total(p[k] ** 2, k) ** 2,
    ),
    "uniform point": (J, (delta(i, j) - 1 / C) / C, Eq(z[k], c)),
    "vjp": (total(g[i] * J, i), vjp[j]),
    "layer form": (g[j] * p[j] - p[j] * total(g[k] * p[k], k), vjp[j]),
    "vjp sums to zero": (total(vjp[j], j), 0),
    "constant g": (total(g[i] * J, i), 0, Eq(g[k], c)),
    "jvp": (total(J * v[j], j), p[i] * (v[i] - mean_v)),
    "shifted g": (total((g[i] + c) * J, i), total(g[i] * J, i)),
    "projecting twice": (centred[j] - total(p[h] * centred[h], h), centred[j]),
    "loss in independent y": (d(-total(t[k] * log(y[k]), k), y[i]), -t[i] / y[i]),
    "loss gradient": (d(loss, z[j]), p[j] * total(t[k], k) - t[j]),
    "shortcut": (d(loss, z[j]), p[j] - t[j], targets_sum_to_one),
    "shortcut, one hot": (d(loss, z[j]), p[j] - delta(i, j), Eq(t[k], delta(k, i))),
    "loss by logsumexp": (loss, logsumexp(z) - total(t[k] * z[k], k), targets_sum_to_one),
    "smoothed targets": (total((1 - e) * t[i] + e / C, i), 1, targets_sum_to_one),
    "smoothed loss": (cross_entropy(z, smooth), (1 - e) * loss - e / C * total(log(p[k]), k)),
    "smoothed gradient": (
        d(cross_entropy(z, smooth), z[j]),
        p[j] - (1 - e) * t[j] - e / C,
        targets_sum_to_one,
    ),
    "hessian of the loss": (d(loss, z[i], z[j]), J, targets_sum_to_one),
    "hessian without the condition": (d(loss, z[i], z[j]), J * total(t[k], k)),
    "weighted gradient": (
        d(cross_entropy(z, w * t), z[j]),
        p[j] * total(w[k] * t[k], k) - w[j] * t[j],
    ),
    "entropy": (entropy, logsumexp(z) - total(p[k] * z[k], k)),
    "gradient of the entropy": (d(entropy, z[j]), -p[j] * (log(p[j]) + entropy)),
    "a sum given by another": (total(g[k], k), 1, Eq(total(g[k] + v[k], k), 1 + total(v[k], k))),
    "one logit given": (softmax(z)[i], exp(z[i]) / S, Eq(z[1], 0)),
    "two logits equal": (p[i], p[j], Eq(z[i], z[j])),
    "one logit shifted": (p[i], p[j] * exp(c), Ne(i, j), Eq(z[i], z[j] + c)),
    "hyperbolic": (tanh(z[i] / 2), 2 / (1 + exp(-z[i])) - 1),
    "sum of two beside a sum of C": (Sum(g[k], (k, 1, 2)) + total(p[k], k), g[1] + g[2] + 1),
    "delta in an exponent": (
        total(exp(delta(i, j) * z[k]), k),
        delta(i, j) * S + (1 - delta(i, j)) * C,
    ),
    "every index sums to C": (total(1, i), C),
    "diff of SymPy": ((exp(z[i]) / S).diff(z[j]), J),
    "doit of SymPy": (S.diff(z[j]).doit(), exp(z[j])),
    "derivative not carried out": (S.diff(z[j], evaluate=False), exp(z[j])),
}

EVERY_N_AND_C = {
    "double sums exchanged": (total(g[n, i], n, i), total(g[n, i], i, n)),
    "a sum in a sum, exchanged": (
        total(g[n, i] * total(p[n, k] * z[k, i], k), i),
        total(p[n, j] * total(g[n, h] * z[j, h], h), j),
    ),
    "four indices": (d(p[n, i], z[m, j]), delta(n, m) * p[n, i] * (delta(i, j) - p[n, j])),
    "other row": (d(p[n, i], z[m, j]), 0, Ne(n, m)),
    "same row, other column": (d(p[n, i], z[n, j]), -p[n, i] * p[n, j], Ne(i, j)),
    "same row and column": (d(p[n, i], z[n, i]), p[n, i] * (1 - p[n, i])),
    "chain rule": (
        total(g[n, i] * d(p[n, i], z[m, j]), i, n),
        p[m, j] * (g[m, j] - total(g[m, k] * p[m, k], k)),
    ),
    "loss of a row": (
        cross_entropy(z, t, n),
        logsumexp(z, n) - total(t[n, k] * z[n, k], k),
        row_targets_sum_to_one,
    ),
    "mean of the rows": (
        d(total(cross_entropy(z, t, n), n) / N, z[m, j]),
        (p[m, j] - t[m, j]) / N,
        row_targets_sum_to_one,
    ),
}

TRIED_C = {
    "determinant": (Determinant(matrix(J, i, j)), 0),
    "determinant of a diagonal": (
        Determinant(matrix(T * delta(i, j) * exp(z[i]), i, j)),
        T**C * exp(total(z[k], k)),
    ),
    "triple sums turned": (total(A[i, j, k], i, j, k), total(A[i, j, k], k, j, i)),
    "determinant, in one case": ((1 - delta(i, j)) * Determinant(matrix(d(p[k], z[h]), k, h)), 0),
}

NO_SIZE = {
    "two classes": (p[1], 1 / (1 + exp(-(z[1] - z[2]))), Eq(C, 2)),
    "two classes, half": (1 / (1 + exp(-(z[1] - z[2]))), (1 + tanh((z[1] - z[2]) / 2)) / 2),
    "fractions": (Rational(7, 10) * (2 - Rational(17, 10)), Rational(21, 100)),
    "logits that are logarithms": (exp(log(6)) / (exp(log(6)) + 3), Rational(2, 3)),
    "logarithm of a fraction": (log(Rational(6, 5)), log(2) + log(3) - log(5)),
    "numbers e": (exp(2) / (exp(1) + exp(2)), 1 / (1 + exp(-1))),
    "roots": (sqrt(2) * (sqrt(2) + exp(z[1] / 2)) - 2, sqrt(2 * exp(z[1]))),
    "matrix": (Matrix([[3, 1], [1, 3]]) / 4 * ones(2, 1), ones(2, 1)),
    "determinant of numbers": (Determinant(Matrix([[1, 2], [3, 4]])), -2),
}


@pytest.mark.parametrize("name", EVERY_C)
def test_holds_for_every_c(name):
    lhs, rhs, *given = EVERY_C[name]
    assert prove("eq-x", lhs, rhs, given=given).scope == "every C"


@pytest.mark.parametrize("name", EVERY_N_AND_C)
def test_holds_for_every_n_and_c(name):
    lhs, rhs, *given = EVERY_N_AND_C[name]
    assert prove("eq-x", lhs, rhs, given=given).scope == "every N and C"


@pytest.mark.parametrize("name", TRIED_C)
def test_holds_for_two_to_five_classes(name):
    lhs, rhs = TRIED_C[name]
    assert prove("eq-x", lhs, rhs).scope == [2, 3, 4, 5]


@pytest.mark.parametrize("name", NO_SIZE)
def test_holds_without_a_symbolic_size(name):
    lhs, rhs, *given = NO_SIZE[name]
    assert prove("eq-x", lhs, rhs, given=given).scope is None


FALSE = {
    "sums exchanged, factor left behind": (
        total(v[i] * total(A[i, j] * z[j], j), i),
        total(v[j] * total(A[i, j] * z[j], i), j),
    ),
    "sums exchanged over a triangle": (
        Sum(Sum(A[i, j], (j, 1, i)), (i, 1, C)),
        Sum(Sum(A[i, j], (i, 1, j)), (j, 1, C)),
    ),
    "shift by a factor": (softmax(2 * z)[i], p[i]),
    "sums to C": (total(p[i], i), C),
    "odds upside down": (p[i] / p[j], exp(z[j] - z[i])),
    "temperature multiplies": (hot[i] / hot[j], exp((z[i] - z[j]) * T)),
    "derivative of the sum is the sum": (d(S, z[j]), S),
    "wrong sign": (J, p[i] * (p[j] - delta(i, j))),
    "missing delta": (J, p[i] * (1 - p[j])),
    "missing factor": (J, delta(i, j) - p[j]),
    "wrong index": (J, p[i] * (delta(i, j) - p[i])),
    "off the diagonal, without the condition": (J, -p[i] * p[j]),
    "off the diagonal, with the other condition": (J, -p[i] * p[j], Eq(i, j)),
    "temperature forgotten": (d(hot[i], z[j]), hot[i] * (delta(i, j) - hot[j])),
    "sum from 0": (Sum(exp(z[k]), (k, 0, C)), S),
    "sum to C - 1": (Sum(exp(z[k]), (k, 1, C - 1)), S),
    "log of a sum is the sum of logs": (logsumexp(z), total(z[k], k)),
    "logsumexp shift forgotten": (logsumexp(z + c), logsumexp(z)),
    "log softmax vjp without y": (
        total(g[i] * d(log_softmax(z)[i], z[j]), i),
        g[j] - total(g[i], i),
    ),
    "variance without the half": (
        total(v[i] * J * v[j], i, j),
        total(p[i] * p[j] * (v[i] - v[j]) ** 2, i, j),
    ),
    "trace": (total(d(p[i], z[i]), i), 1),
    "uniform point": (J, delta(i, j) / C, Eq(z[k], c)),
    "vjp of an elementwise function": (total(g[i] * J, i), g[j] * p[j] * (1 - p[j])),
    "vjp with the sum of g": (total(g[i] * J, i), p[j] * (g[j] - total(g[k], k))),
    "shortcut without the condition": (d(loss, z[j]), p[j] - t[j]),
    "shortcut, wrong sign": (d(loss, z[j]), t[j] - p[j], targets_sum_to_one),
    "shortcut, a wrong sum": (d(loss, z[j]), p[j] - t[j], Eq(total(t[k], k), 2)),
    "condition on one row only": (
        total(cross_entropy(z, t, m), m),
        total(logsumexp(z, m) - total(t[m, k] * z[m, k], k), m),
        Eq(total(t[1, k], k), 1),
    ),
    "loss by logsumexp without the condition": (loss, logsumexp(z) - total(t[k] * z[k], k)),
    "hessian without the condition": (d(loss, z[i], z[j]), J),
    "smoothing with e": (total((1 - e) * t[i] + e, i), 1, targets_sum_to_one),
    "one logit given is not all": (p[i], 1 / C, Eq(z[1], 0)),
    "other row too": (d(p[n, i], z[m, j]), p[n, i] * (delta(i, j) - p[n, j])),
    "chain rule over all rows": (
        total(g[n, i] * d(p[n, i], z[m, j]), i, n),
        p[m, j] * (g[m, j] - total(g[n, k] * p[n, k], k, n)),
    ),
    "two classes": (p[1], 1 / (1 + exp(z[1] - z[2])), Eq(C, 2)),
    "two classes for any C": (p[1], 1 / (1 + exp(-(z[1] - z[2])))),
    "determinant": (Determinant(matrix(J + delta(i, j), i, j)), 0),
    "true up to three classes": (C * (C - 1) * (C - 2) * (C - 3), 0),
    "rounded number": (Rational(2, 3), Rational(667, 1000)),
    "matrix": (Matrix([[3, 1], [1, 3]]) / 4, eye(2)),
}


@pytest.mark.parametrize("name", FALSE)
def test_false_twin_is_refused_with_numbers(name):
    lhs, rhs, *given = FALSE[name]
    with pytest.raises(Refuted, match=r"is false.*\nleft side  \S+\nright side \S+$"):
        prove("eq-x", lhs, rhs, given=given)


UNPROVED = FALSE | {
    "condition on row n is none on row m": (g[n] * total(t[m, k], k), g[n], row_targets_sum_to_one),
    "condition that is empty for c = 0": (total(t[k], k), 1, Eq(c * total(t[k], k), c)),
    "delta of a summed index": (total(delta(k, 2) * z[k], k), 0),
    "log of what may be negative": (log(g[i] * g[j]), log(g[i]) + log(g[j])),
    "sum of another range": (Sum(delta(i, k) * z[k], (k, 2, C)), z[i]),
    "index of the other range": (total(delta(n, k) * z[k], k), z[n]),
}


@pytest.mark.parametrize("name", UNPROVED)
def test_prover_alone_proves_nothing_false(name):
    lhs, rhs, *given = UNPROVED[name]
    assert not holds_for_every_size(read("eq-x", lhs, rhs, given))
