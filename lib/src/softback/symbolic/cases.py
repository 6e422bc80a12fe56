"""Write a claim out for given numbers of classes and rows, without sums or free indices."""

from collections.abc import Iterable, Iterator
from itertools import product

from sympy import Eq, Expr, FunctionMatrix, ImmutableMatrix, Indexed, Integer, Sum, Symbol

from .claim import Claim, Pair, symbols
from .sums import Ranges, opened

Values = dict[Expr, Expr]  # what is put in for sizes, indices and entries
Case = tuple[Values, list[Pair], Values]


def cases(claim: Claim, sizes: Values) -> Iterator[Case]:
    """Write a claim out for the sizes given, once for each value of the free indices.

    Parameters
    ----------
    claim : Claim
    sizes : dict
        A number for C, N or both.

    Yields
    ------
    values : dict
        The sizes and indices.
    pairs : list of (Expr, Expr)
        The two sides without sums, in the entries z[1], z[2] and so on.
    solved : dict
        What the conditions on sums say about some of these entries; already substituted.
    """
    for values in _assignments(claim.indices, claim.ranges, sizes):
        if any(explicit(zero, values) == 1 for zero in claim.zeros):
            continue
        solved = _solved(claim, values)
        pairs = [
            (explicit(lhs, values).xreplace(solved), explicit(rhs, values).xreplace(solved))
            for lhs, rhs in claim.pairs
        ]
        yield values, pairs, solved


def _assignments(indices: Iterable[Symbol], ranges: Ranges, values: Values) -> Iterator[Values]:
    spans = [range(1, int(ranges[index].xreplace(values)) + 1) for index in indices]
    for choice in product(*spans):
        yield values | dict(zip(indices, map(Integer, choice), strict=True))


def explicit(expr: Expr, values: Values) -> Expr:
    """Return ``expr`` with sizes and indices substituted and every sum written out."""
    if isinstance(expr, Sum):
        body, index, low, high = opened(expr)
        span = range(int(low.xreplace(values)), int(high.xreplace(values)) + 1)
        terms = (explicit(body, values | {index: Integer(one)}) for one in span)
        return sum(terms, Integer(0))
    if isinstance(expr, FunctionMatrix):
        shape = [int(size.xreplace(values)) for size in expr.shape]
        return ImmutableMatrix(*shape, lambda a, b: explicit(expr.lamda(a, b), values))
    if not expr.args or isinstance(expr, Indexed):
        return expr.xreplace(values)
    return expr.func(*(explicit(part, values) for part in expr.args))


def _solved(claim: Claim, values: Values) -> Values:
    """Solve each condition on sums for its last entry."""
    solved: Values = {}
    for equation in claim.equations:
        own = sorted((a for a in symbols([equation.args]) if a in claim.ranges), key=str)
        own = [index for index in own if index not in values]
        for inner in _assignments(own, claim.ranges, values):
            residual = explicit(equation.lhs - equation.rhs, inner).xreplace(solved)
            if residual == 0:
                continue
            entry, root = _last_entry(residual, equation)
            solved = {a: b.xreplace({entry: root}) for a, b in solved.items()} | {entry: root}
    return solved


def _last_entry(residual: Expr, equation: Eq) -> tuple[Indexed, Expr]:
    """Return the last entry for which ``residual`` = 0 can be solved, and what it is then."""
    for entry in sorted(residual.atoms(Indexed), key=lambda a: (a.indices, str(a)), reverse=True):
        slope = residual.diff(entry)
        if slope.is_nonzero and not slope.has(entry):
            return entry, -residual.xreplace({entry: Integer(0)}) / slope
    raise ValueError(f"given: cannot use {equation}; it must be linear in an entry")
