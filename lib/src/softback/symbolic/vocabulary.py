"""The symbols of the book and its functions, for any number of classes."""

from collections.abc import Callable
from typing import Any

from sympy import (
    Dummy,
    Expr,
    FunctionMatrix,
    Indexed,
    IndexedBase,
    Lambda,
    Sum,
    Symbol,
    exp,
    log,
    symbols,
    sympify,
)

from .sums import fresh, without_deltas

C, N = symbols("C N", integer=True, positive=True)
i, j, k, h, n, m = symbols("i j k h n m", integer=True, positive=True)
INDICES = {i: C, j: C, k: C, h: C, n: N, m: N}

c = symbols("c", real=True)
T, e = symbols("T e", positive=True)
z, g, v = (IndexedBase(name, real=True) for name in "zgv")
t = IndexedBase("t", nonnegative=True)
w, y = (IndexedBase(name, positive=True) for name in "wy")

# A sum index of our own: it cannot meet an index that the reader wrote.
_CLASS = Dummy("k", integer=True, positive=True)


class Vector:
    """Entries given by a formula: ``Vector(f)[i]`` is ``f(i)``, ``Vector(f)[n, i]`` is ``f(n, i)``.

    Parameters
    ----------
    entry : callable
        Takes the indices, returns a SymPy expression.
    """

    # Its length is not a number, so it cannot be iterated.
    __iter__ = None

    def __init__(self, entry: Callable[..., Expr]) -> None:
        self._entry = entry

    def __getitem__(self, index: Any) -> Expr:
        """Return the entry at ``index``, an index or a tuple of them."""
        return self._entry(*(index if isinstance(index, tuple) else (index,)))


def _entry(x: Any, index: Any) -> Expr:
    """Return entry ``index`` of ``x``, in which a bare base such as z is a whole vector."""
    if isinstance(x, Vector):
        return x[index]
    x = sympify(x)
    if isinstance(x, IndexedBase):
        return x[index]
    if not x.args or isinstance(x, Indexed | Sum):
        return x
    return x.func(*(_entry(part, index) for part in x.args))


def total(expr: Expr, *indices: Symbol) -> Expr:
    """Return the sum of ``expr`` over the whole range of each index: 1 … C, or 1 … N for n and m.

    Raises
    ------
    ValueError
        If an index is not one of i, j, k, h, n, m.
    """
    for index in indices:
        if index not in INDICES:
            raise ValueError(f"total: {index} has no range; use i, j, k, h (to C) or n, m (to N)")
        expr = Sum(expr, (index, 1, INDICES[index]))
    return expr


def _class_sum(x: Any, row: tuple[Any, ...]) -> Sum:
    return Sum(exp(_entry(x, (*row, _CLASS))), (_CLASS, 1, C))


def softmax(x: Any) -> Vector:
    """Return the softmax of a vector, or of each row of a matrix.

    Parameters
    ----------
    x : IndexedBase, Vector or an expression in them
        ``z``, ``z + c`` or ``z / T``; a bare ``z`` stands for the whole vector.

    Returns
    -------
    Vector
        Indexed ``[i]``, or ``[n, i]`` for row n of a matrix; the last index is the one summed.
    """
    return Vector(lambda *index: exp(_entry(x, index)) / _class_sum(x, index[:-1]))


def logsumexp(x: Any, *row: Any) -> Expr:
    """Return log(Sum(exp(x[k]))), of row ``row`` if ``x`` is a matrix."""
    return log(_class_sum(x, row))


def log_softmax(x: Any) -> Vector:
    """Return the logarithm of `softmax` as the `Vector` x[i] - logsumexp(x)."""
    return Vector(lambda *index: _entry(x, index) - logsumexp(x, *index[:-1]))


def cross_entropy(x: Any, targets: Any, *row: Any) -> Expr:
    """Return -Sum(t[k] * log(y[k])) for the softmax y of ``x`` and targets t, of one row if given.

    No sum of the targets is assumed: a claim that needs one says so in ``given``.
    """
    index = (*row, _CLASS)
    return -Sum(_entry(targets, index) * log(softmax(x)[index]), (_CLASS, 1, C))


def d(expr: Expr, *variables: Expr) -> Expr:
    """Return the partial derivative of ``expr``, with every sum over a Kronecker delta carried out.

    Indices stand for numbers in their range, so Sum(exp(z[k])) differentiates to exp(z[j]).
    """
    for variable in variables:
        expr = without_deltas(fresh(expr).diff(variable), INDICES)
    return expr


def matrix(expr: Expr, row: Symbol, column: Symbol) -> FunctionMatrix:
    """Return the C x C matrix with entry ``expr`` at indices ``row`` and ``column``."""
    own = Dummy(row.name, integer=True), Dummy(column.name, integer=True)
    shifted = fresh(expr).xreplace({row: own[0] + 1, column: own[1] + 1})
    return FunctionMatrix(INDICES[row], INDICES[column], Lambda(own, shifted))
