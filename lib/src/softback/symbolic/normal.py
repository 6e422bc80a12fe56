"""The normal form in which an identity becomes an identity of rational functions.

Exponentials and logarithms are taken apart until each exp(z[i]) is one positive unknown, sums are
taken apart until each is one opaque unknown, and what remains is a quotient of polynomials. Every
rewriting holds for each number of classes, so a difference that becomes 0 proves the identity;
one that does not proves nothing.
"""

from functools import cache
from itertools import count

from sympy import (
    Add,
    Determinant,
    Dummy,
    Expr,
    Function,
    Indexed,
    MatrixBase,
    Mul,
    Piecewise,
    Pow,
    S,
    Sum,
    default_sort_key,
    exp,
    expand,
    factor,
    log,
    true,
)
from sympy.functions.elementary.hyperbolic import HyperbolicFunction
from sympy.ntheory import factorrat

from .sums import Ranges, opened, sift, split

# SymPy would join exp(a) * exp(b) to exp(a + b) again; this one stays apart.
EXP = Function("EXP", positive=True)


def normal(expr: Expr, ranges: Ranges) -> Expr:
    """Return ``expr`` as a rational function of unknowns, in the sense of this module.

    Parameters
    ----------
    expr : Expr
        Without derivatives, its sums with names of their own (see `sums.fresh`).
    ranges : dict
        The last value of each index symbol; the first is 1.
    """
    if expr == S.Exp1:
        return EXP(S.One)
    if not expr.args or isinstance(expr, Indexed):
        return expr
    if isinstance(expr, Sum):
        return _sum(expr, ranges)
    if isinstance(expr, HyperbolicFunction):
        return normal(expr.rewrite(exp), ranges)
    if isinstance(expr, Piecewise):
        expr = _in_range(expr, ranges)
    if isinstance(expr, MatrixBase):
        return expr.applyfunc(lambda entry: normal(entry, ranges))
    return _rebuilt(expr, [normal(part, ranges) for part in expr.args])


def _rebuilt(expr: Expr, parts: list[Expr]) -> Expr:
    if isinstance(expr, exp | EXP):
        return _exp(parts[-1])
    if isinstance(expr, log):
        return _log(parts[0])
    if isinstance(expr, Pow) and not parts[1].is_integer and parts[0].is_positive:
        return _exp(parts[1] * _log(parts[0]))
    if isinstance(expr, Determinant):
        return _determinant(parts[0])
    return expr.func(*parts)


def _determinant(matrix: MatrixBase) -> Expr:
    """Return the determinant from the characteristic polynomial, which needs no division."""
    # SymPy takes unknowns that share a symbol, as EXP(z[1]) and EXP(z[2]) do, for dependent.
    names = {part: Dummy() for part in matrix.atoms(EXP, Indexed, Sum, log)}
    field = matrix.xreplace(names).to_DM(field=True)
    denominator, cleared = field.clear_denoms(convert=True)
    constant = cleared.domain.to_sympy(cleared.charpoly()[-1])
    determinant = constant / (-cleared.domain.to_sympy(denominator.element)) ** matrix.rows
    return determinant.xreplace({name: part for part, name in names.items()})


def _sum(expr: Sum, ranges: Ranges) -> Expr:
    body, index, low, high = opened(expr)
    if (high - low).is_Integer:
        values = range(low, high + 1)
        return Add(*(normal(body.xreplace({index: S(value)}), ranges) for value in values))
    whole = low == 1
    body = normal(body, ranges | ({index: high} if whole else {}))
    body, picked = sift(body, index, high, ranges) if whole else (body, S.Zero)
    return picked + Add(
        *(factor * _ordered(part) for factor, part in split(body, index, low, high))
    )


def _ordered(expr: Expr) -> Expr:
    """Return a sum over a sum in one of its two orders, the same one for both."""
    other, expr = _exchanged(expr), _named_by_depth(expr)
    return min(expr, other, key=default_sort_key) if other else expr


def _exchanged(expr: Expr) -> Expr | None:
    """Return the sum of f(k) times the sum of g(k, m) over m with the sum over m outside.

    None where there is not one such sum inside, or where its last m depends on k.
    """
    if not isinstance(expr, Sum):
        return None
    body, index, low, high = opened(expr)
    inner = [part for part in Mul.make_args(body) if isinstance(part, Sum)]
    if len(inner) != 1 or any(limit.has(index) for limit in inner[0].limits):
        return None
    term, bound, first, last = opened(inner[0])
    own = Dummy(integer=True, positive=first.is_positive or None)
    apart, mixed = term.xreplace({bound: own}).as_independent(index, as_Add=False)
    swapped = _named_by_depth(Sum(body / inner[0] * mixed, (index, low, high)))
    return _named_by_depth(Sum(apart * swapped, (own, first, last)))


def _named_by_depth(expr: Expr) -> Expr:
    """Return a sum with a name for its index that depends on nothing but the sums inside it."""
    if not isinstance(expr, Sum):
        return expr
    body, index, low, high = opened(expr)
    names = (_name(depth, low.is_positive or None) for depth in count(1))
    own = next(name for name in names if name == index or not body.has(name))
    return Sum(body.xreplace({index: own}), (own, low, high))


@cache
def _name(depth: int, positive: bool | None) -> Dummy:
    return Dummy(f"k{depth}", integer=True, positive=positive)


def _exp(exponent: Expr) -> Expr:
    """Return exp of a sum as a product, exp(log(x)) as x, exp(2 z) as exp(z)**2."""
    factors = []
    for term in Add.make_args(expand(exponent)):
        power, rest = term.as_coeff_Mul()
        base = rest.args[0] if isinstance(rest, log) else EXP(rest)
        factors.append(base**power if rest != 1 else EXP(rest) ** power)
    return Mul(*factors)


def _log(argument: Expr) -> Expr:
    """Return log of a product as a sum, as far as the factors are known to be positive."""
    terms, rest = [], []
    for part in Mul.make_args(factor(argument)):
        base, power = part.as_base_exp()
        if part.is_Rational and part.is_positive:
            terms += [times * log(prime) for prime, times in factorrat(part).items()]
        elif base.is_positive and power.is_real:
            terms.append(power * (base.args[0] if isinstance(base, EXP) else log(base)))
        else:
            rest.append(part)
    return Add(*terms, log(Mul(*rest)) if rest else 0)


def _in_range(expr: Piecewise, ranges: Ranges) -> Expr:
    """Return a Piecewise with the branch that holds for indices in their range."""
    facts = [fact for index, high in ranges.items() for fact in (high >= index, index <= high)]
    return expr.xreplace(dict.fromkeys(facts, true))
