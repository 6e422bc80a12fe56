"""Decide an equation by its normal form, for every size or for given ones."""

from collections.abc import Callable, Iterable, Set
from itertools import product

from sympy import (
    Dummy,
    Eq,
    Expr,
    FunctionMatrix,
    Indexed,
    KroneckerDelta,
    S,
    Sum,
    Symbol,
    expand,
    fraction,
    preorder_traversal,
    together,
)

from .claim import Claim, Pair
from .normal import normal
from .sums import fresh


def holds_for_every_size(claim: Claim) -> bool:
    """Tell whether a proof was found that holds for any number of classes and rows.

    Parameters
    ----------
    claim : claim.Claim
    """
    if any(side.has(FunctionMatrix) for pair in claim.pairs for side in pair):
        return False
    rules = [rule for fact in claim.equations for rule in _rules(fact, claim)]

    def reduced(expr: Expr) -> Expr:
        expr = normal(expr, claim.ranges)
        for rule in rules:
            expr = normal(rule.applied(expr), claim.ranges)
        return expr

    return all(_is_zero(a - b, reduced, claim.zeros) for a, b in claim.pairs)


def holds_written_out(pairs: Iterable[Pair]) -> bool:
    """Tell whether a proof was found for equations without sums and free indices.

    Parameters
    ----------
    pairs : list of (Expr, Expr)
        As from `claim.cases`.
    """
    return all(_vanishes(normal(a - b, {})) for a, b in pairs)


class _Rule:
    """A condition read as "replace ``found`` by ``value``".

    Indices that the claim does not contain stand for all their values.
    """

    def __init__(self, found: Expr, value: Expr, claim: Claim) -> None:
        self.found, self.value = found, fresh(value)
        free = found.free_symbols & set(claim.ranges) - set(claim.indices)
        self.free = sorted(free, key=str)

    def applied(self, expr: Expr) -> Expr:
        put = {}
        for other in expr.atoms(type(self.found)):
            names = [name for name in other.free_symbols if isinstance(name, Symbol)]
            for choice in product(names, repeat=len(self.free)):
                renamed = dict(zip(self.free, choice, strict=True))
                if self.found.xreplace(renamed) == other:
                    put[other] = self.value.xreplace(renamed)
        return expr.xreplace(put)


def _rules(fact: Eq, claim: Claim) -> list[_Rule]:
    """Return [rule]: ``fact`` read as it stands if on an entry, else solved for its first sum."""
    if isinstance(fact.lhs, Indexed):
        return [_Rule(fact.lhs, fact.rhs, claim)]
    residual = normal(fact.lhs - fact.rhs, claim.ranges)
    found = next((a for a in preorder_traversal(residual) if isinstance(a, Sum)), None)
    if found is None:
        return []
    unknown = Dummy()
    residual = residual.xreplace({found: unknown})
    slope = residual.diff(unknown)
    if not slope.is_nonzero or slope.has(unknown):
        return []
    return [_Rule(found, -residual.xreplace({unknown: S.Zero}) / slope, claim)]


def _is_zero(expr: Expr, reduced: Callable[[Expr], Expr], zeros: Set[KroneckerDelta]) -> bool:
    """Tell whether ``expr`` is 0, given its normal form ``reduced(expr)`` and deltas that are 0.

    Deltas of free indices are decided case by case: unequal indices have delta 0, equal ones
    become one.
    """
    expr = reduced(expr)
    if zeros & expr.atoms(KroneckerDelta):
        expr = reduced(expr.xreplace(dict.fromkeys(zeros, S.Zero)))
    free = [a for a in expr.atoms(KroneckerDelta) if a.free_symbols <= expr.free_symbols]
    delta = min(free, key=str, default=None)
    if delta is None:
        return _vanishes(expr)
    if not _is_zero(expr, reduced, zeros | {delta}):
        return False
    index, other = sorted(delta.indices, key=lambda index: bool(index.is_Integer))
    joined = {index: other}
    return _is_zero(expr.xreplace(joined), reduced, {zero.xreplace(joined) for zero in zeros})


def _vanishes(expr: Expr) -> bool:
    """Tell whether a quotient of polynomials in powers of unknowns is 0."""
    unknowns: dict[Expr, Dummy] = {}

    def rational(part: Expr) -> Expr:
        if part.is_Add or part.is_Mul or (part.is_Pow and part.exp.is_Integer):
            return part.func(*map(rational, part.args))
        if part.is_number and part.is_algebraic:
            return part
        base, power = part.as_base_exp()
        return unknowns.setdefault(base, Dummy()) ** power

    return expand(fraction(together(rational(expr)))[0]) == 0
