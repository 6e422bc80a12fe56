"""What `verify` is asked: an equation, its side conditions, and what they say for given sizes."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from sympy import (
    Basic,
    Dummy,
    Eq,
    Expr,
    Indexed,
    KroneckerDelta,
    MatrixBase,
    Ne,
    Sum,
    Symbol,
    SympifyError,
    sympify,
)
from sympy.core.relational import Relational

from .sums import Ranges, fresh
from .vocabulary import INDICES, C, N

Pair = tuple[Expr, Expr]  # the two sides of an equation


@dataclass(frozen=True)
class Claim:
    """An equation between scalars, or between matrices entry by entry, ready to be decided.

    Attributes
    ----------
    label : str
    lhs, rhs, given
        As written.
    pairs : list of (Expr, Expr)
        The two sides, entry by entry, after substituting the conditions that give a value.
    equations : list of Eq
        The other conditions, on sums and on single entries.
    zeros : frozenset of KroneckerDelta
        Those that are 0 because a condition says that two indices differ.
    ranges : mapping
        The last value of each index; the first is 1.
    indices : list of Symbol
        The indices that the equation mentions.
    """

    label: str
    lhs: Expr | MatrixBase
    rhs: Expr | MatrixBase
    given: tuple[Relational, ...]
    pairs: list[Pair]
    equations: list[Eq]
    zeros: frozenset[KroneckerDelta]
    ranges: Ranges
    indices: list[Symbol]

    @property
    def sizes(self) -> list[Symbol]:
        """Which of C and N the equation and its conditions mention."""
        found = symbols([*self.pairs, *(fact.args for fact in self.equations)])
        found |= {self.ranges.get(symbol) for symbol in found | set(self.indices)}
        return [size for size in (C, N) if size in found]


def read(label: str, lhs: Any, rhs: Any, given: Any) -> Claim:
    """Return the `Claim` that the arguments of `verify` make.

    Raises
    ------
    ValueError
        If the label does not start with "eq-", the shapes differ, or a condition cannot be used.
    TypeError
        If a side is neither an expression nor a matrix.
    """
    if not str(label).startswith("eq-"):
        raise ValueError(f"label is {label!r}; the label of a claim starts with 'eq-'")
    lhs, rhs = _side("lhs", lhs), _side("rhs", rhs)
    given = tuple(given) if isinstance(given, tuple | list) else (given,)
    named = {a for a in symbols([(lhs, rhs)]) if a in INDICES}
    values, entries, equations, zeros = _sorted_conditions(given, named)
    if any(zero.xreplace(values) == 1 for zero in zeros):
        raise ValueError(f"given: {given} contradict each other")

    def put_in(expr: Expr) -> Expr:
        return _put_entries(fresh(expr), entries).xreplace(values)

    pairs = [(put_in(a), put_in(b)) for a, b in _entries(lhs, rhs)]
    _check_indices(pairs)
    spoken_of = {values.get(a, a) for a in named} | symbols(pairs)
    return Claim(
        label=label,
        lhs=lhs,
        rhs=rhs,
        given=given,
        pairs=pairs,
        equations=[Eq(put_in(a.lhs), put_in(a.rhs), evaluate=False) for a in equations],
        zeros=frozenset(zero.xreplace(values) for zero in zeros),
        ranges={index: size.xreplace(values) for index, size in INDICES.items()},
        indices=sorted((a for a in spoken_of if a in INDICES), key=str),
    )


def _side(name: str, side: Any) -> Expr | MatrixBase:
    try:
        side = sympify(side, strict=True)
    except SympifyError:
        side = None
    if not isinstance(side, Expr | MatrixBase):
        raise TypeError(f"{name} must be a SymPy expression, a number or a matrix")
    return side.as_immutable() if isinstance(side, MatrixBase) else side


def _entries(lhs: Expr | MatrixBase, rhs: Expr | MatrixBase) -> list[Pair]:
    if not isinstance(lhs, MatrixBase) and not isinstance(rhs, MatrixBase):
        return [(lhs, rhs)]
    if getattr(lhs, "shape", ()) != getattr(rhs, "shape", ()):
        raise ValueError("lhs and rhs must both be scalars, or matrices of one shape")
    return list(zip(lhs.flat(), rhs.flat(), strict=True))


def _check_indices(pairs: Iterable[Pair]) -> None:
    found = {a for pair in pairs for side in pair for a in side.atoms(Indexed)}
    used = {a for entry in found for index in entry.indices for a in index.free_symbols}
    for index in used - set(INDICES):
        if not isinstance(index, Dummy):
            raise ValueError(f"index {index} has no range; use i, j, k, h (to C) or n, m (to N)")


def symbols(pairs: Iterable[Iterable[Basic]]) -> set[Symbol]:
    """Return the free symbols of all sides."""
    free = (part for pair in pairs for side in pair for part in side.free_symbols)
    return {part for part in free if isinstance(part, Symbol)}


def _sorted_conditions(
    given: Iterable[Relational], named: set[Symbol]
) -> tuple[dict[Symbol, Expr], list[Eq], list[Eq], set[KroneckerDelta]]:
    """Return values of symbols, values of all entries of a base, equations, and zero deltas."""
    values, entries, equations, zeros = {}, [], [], set()
    for fact in given:
        if isinstance(fact, Ne) and all(a in INDICES or a.is_Integer for a in fact.args):
            zeros.add(KroneckerDelta(*fact.args))
        elif isinstance(fact, Eq) and isinstance(fact.lhs, Symbol) and _same_range(*fact.args):
            values[fact.lhs] = fact.rhs
        elif isinstance(fact, Eq) and _speaks_of_all_entries(fact.lhs, named):
            entries.append(fact)
        elif isinstance(fact, Eq) and (isinstance(fact.lhs, Indexed) or fact.has(Sum)):
            equations.append(fact)
        else:
            raise ValueError(
                f"given: cannot use {fact}; allowed are Eq(i, j), Ne(i, j), Eq(C, 2), "
                "Eq(t[k], value) and Eq(Sum(...), value)"
            )
    return values, entries, equations, zeros


def _same_range(symbol: Symbol, value: Expr) -> bool:
    return INDICES.get(symbol) == INDICES.get(value) or value.is_Integer


def _speaks_of_all_entries(side: Basic, named: set[Symbol]) -> bool:
    """Tell whether ``side`` is an entry whose indices the claim itself does not contain."""
    return isinstance(side, Indexed) and set(side.indices) <= set(INDICES) - named


def _put_entries(expr: Expr, entries: Iterable[Eq]) -> Expr:
    """Substitute conditions such as Eq(g[k], c), which hold for every k."""
    for fact in entries:
        pattern, value = fact.lhs, fresh(fact.rhs)

        def value_at(found: Indexed, pattern: Indexed = pattern, value: Expr = value) -> Expr:
            return value.xreplace(dict(zip(pattern.indices, found.indices, strict=True)))

        expr = expr.replace(partial(_is_entry_like, pattern), value_at)
    return expr


def _is_entry_like(pattern: Indexed, expr: Basic) -> bool:
    same_base = isinstance(expr, Indexed) and expr.base == pattern.base
    return same_base and expr.rank == pattern.rank
