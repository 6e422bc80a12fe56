"""The normal form in which an identity becomes an identity of rational functions.

Exponentials and logarithms are taken apart until each exp(z[i]) is one positive unknown, sums are
taken apart until each is one opaque unknown, and what remains is a quotient of polynomials. Every
rewriting holds for each number of classes, so a difference that becomes 0 proves the identity;
one that does not proves nothing.
"""

from sympy import (
    Add,
    Determinant,
    Dummy,
    Function,
    Indexed,
    KroneckerDelta,
    MatrixBase,
    Mul,
    Piecewise,
    Pow,
    S,
    Sum,
    exp,
    expand,
    factor,
    fraction,
    log,
    together,
    true,
)
from sympy.ntheory import factorrat

from .sums import sift, split

# SymPy would join exp(a) * exp(b) to exp(a + b) again; this one stays apart.
EXP = Function("EXP", positive=True)


def normal(expr, ranges):
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
    if not expr.args or isinstance(expr, Indexed | EXP):
        return expr
    if isinstance(expr, Sum):
        return _sum(expr, ranges)
    if isinstance(expr, Piecewise):
        expr = _in_range(expr, ranges)
    if isinstance(expr, MatrixBase):
        return expr.applyfunc(lambda entry: normal(entry, ranges))
    return _rebuilt(expr, [normal(part, ranges) for part in expr.args])


def _rebuilt(expr, parts):
    if isinstance(expr, exp):
        return _exp(parts[-1])
    if isinstance(expr, log):
        return _log(parts[0])
    if isinstance(expr, Pow) and not parts[1].is_integer and _positive(parts[0]):
        return _exp(parts[1] * _log(parts[0]))
    if isinstance(expr, Determinant):
        return parts[0].to_DM(field=True).det().as_expr()
    return expr.func(*parts)


def _sum(expr, ranges):
    (index, low, high) = expr.limits[0]
    if (high - low).is_Integer:
        values = range(low, high + 1)
        return Add(*(normal(expr.function.xreplace({index: S(value)}), ranges) for value in values))
    whole = low == 1
    body = normal(expr.function, ranges | {index: high} if whole else ranges)
    body, picked = sift(body, index, high, ranges) if whole else (body, S.Zero)
    return picked + split(body, index, low, high)


def _exp(exponent):
    """Return exp of a sum as a product, exp(log(x)) as x, exp(2 z) as exp(z)**2."""
    factors = []
    for term in Add.make_args(expand(exponent)):
        power, rest = term.as_coeff_Mul()
        base = rest.args[0] if isinstance(rest, log) else EXP(rest)
        factors.append(base**power if rest != 1 else EXP(rest) ** power)
    return Mul(*factors)


def _log(argument):
    """Return log of a product as a sum, as far as the factors are known to be positive."""
    terms, rest = [], []
    for part in Mul.make_args(factor(argument)):
        base, power = part.as_base_exp()
        if part.is_Rational and part.is_positive:
            terms += [times * log(prime) for prime, times in factorrat(part).items()]
        elif _positive(base):
            terms.append(power * (base.args[0] if isinstance(base, EXP) else log(base)))
        else:
            rest.append(part)
    return Add(*terms, log(Mul(*rest)) if rest else 0)


def _positive(expr):
    if isinstance(expr, Sum):
        return _positive(expr.function)
    if isinstance(expr, Add | Mul):
        return all(map(_positive, expr.args))
    return bool(_positive(expr.base) if isinstance(expr, Pow) else expr.is_positive)


def _in_range(expr, ranges):
    """Return a Piecewise with the branch that holds for indices in their range."""
    facts = [fact for index, high in ranges.items() for fact in (index >= 1, high >= index)]
    return expr.xreplace({fact: true for fact in facts} | {fact.reversed: true for fact in facts})


def is_zero(expr, ranges, zeros=frozenset()):
    """Tell whether ``expr`` is 0 for all values of its unknowns, as far as the normal form shows.

    Deltas of free indices are decided case by case: equal indices become one, unequal ones have
    delta 0.

    Parameters
    ----------
    expr : Expr
        As for `normal`.
    ranges : dict
        As for `normal`.
    zeros : frozenset of KroneckerDelta
        Those known to be 0.
    """
    expr = normal(expr, ranges).xreplace(dict.fromkeys(zeros, S.Zero))
    delta = next(iter(sorted(expr.atoms(KroneckerDelta), key=str)), None)
    if delta is None:
        return _vanishes(expr)
    if not is_zero(expr, ranges, zeros | {delta}):
        return False
    joined = dict([sorted(delta.indices, key=lambda index: index.is_Integer)])
    zeros = frozenset(zero.xreplace(joined) for zero in zeros)
    return S.One in zeros or is_zero(expr.xreplace(joined), ranges, zeros)


def _vanishes(expr):
    unknowns = {}

    def rational(part):
        if part.is_Add or part.is_Mul or (part.is_Pow and part.exp.is_Integer):
            return part.func(*map(rational, part.args))
        return part if part.is_Rational else unknowns.setdefault(part, Dummy())

    return expand(fraction(together(rational(expr)))[0]) == 0
