"""Sums over an index: bound names, Kronecker deltas, and one normal form for equal sums."""

from sympy import Add, Derivative, Dummy, Expr, Indexed, KroneckerDelta, S, Sum, Symbol, expand

Ranges = dict[Symbol, Expr]  # the last value of each index


def fresh(expr: Expr) -> Expr:
    """Return ``expr`` with derivatives carried out, and every sum over one index of its own name.

    Without it ``diff`` and substitution mix up a bound k with a free one.
    """
    if isinstance(expr, Derivative):
        return fresh(expr.expr).diff(*expr.variable_count)
    if not expr.args or isinstance(expr, Indexed):
        return expr
    if not isinstance(expr, Sum):
        return expr.func(*map(fresh, expr.args))
    body = fresh(expr.function)
    for index, low, high in expr.limits:
        own = Dummy(index.name, integer=True, positive=low.is_positive or None)
        body = Sum(body.xreplace({index: own}), (own, low, high))
    return body


def opened(expr: Sum) -> tuple[Expr, Symbol, Expr, Expr]:
    """Return (body, index, first, last) of a sum; of a double one, the body is the inner sum."""
    *inner, (index, low, high) = expr.limits
    return (Sum(expr.function, *inner) if inner else expr.function), index, low, high


def sift(body: Expr, index: Symbol, high: Expr, ranges: Ranges) -> tuple[Expr, Expr]:
    """Split the sum of ``body`` over ``index`` = 1 … ``high`` at its Kronecker deltas.

    A delta d(k, a) is 1 at k = a, which lies in the range, and 0 elsewhere; so the sum of f is the
    sum of f[d := 0] plus (f[d := 1] - f[d := 0]) at k = a, for every f.

    Returns
    -------
    body, picked : Expr
        What is still to be summed, without those deltas, and what they picked out.
    """
    picked = S.Zero
    while found := _delta(body, index, high, ranges):
        delta, other = found
        off = body.xreplace({delta: S.Zero})
        picked += (body.xreplace({delta: S.One}) - off).xreplace({index: other})
        body = off
    return body, picked


def _delta(
    body: Expr, index: Symbol, high: Expr, ranges: Ranges
) -> tuple[KroneckerDelta, Expr] | None:
    """Return a delta that ties ``index`` to another index of the same range, and that index."""
    for delta in body.atoms(KroneckerDelta):
        others = [other for other in delta.indices if other != index]
        if len(others) == 1 and (others[0] == 1 or ranges.get(others[0]) == high):
            return delta, others[0]
    return None


def without_deltas(expr: Expr, ranges: Ranges) -> Expr:
    """Return ``expr`` with every sum over a Kronecker delta carried out, constants pulled out."""
    if not expr.args or isinstance(expr, Indexed):
        return expr
    if not isinstance(expr, Sum):
        return expr.func(*(without_deltas(part, ranges) for part in expr.args))
    body, index, low, high = opened(expr)
    body, picked = without_deltas(body, ranges | ({index: high} if low == 1 else {})), S.Zero
    if low == 1:
        body, picked = sift(expand(body, power_exp=False), index, high, ranges)
    return picked + Add(*(constant * part for constant, part in split(body, index, low, high)))


def split(body: Expr, index: Symbol, low: Expr, high: Expr) -> list[tuple[Expr, Expr]]:
    """Take the sum of ``body`` over ``index`` apart into ``[(constant, sum), ...]``.

    The sum of 1 is the number of terms.
    """
    length = high - low + 1
    parts = []
    for term in Add.make_args(expand(body, power_exp=False)):
        constant, rest = term.as_independent(index, as_Add=False)
        counted = rest == 1 and length.is_nonnegative
        parts.append((constant, length if counted else Sum(rest, (index, low, high))))
    return parts
