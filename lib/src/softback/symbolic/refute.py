"""Look for numbers that make a claim false."""

from collections.abc import Iterable, Iterator
from itertools import islice
from random import Random

from sympy import Determinant, Expr, Float, Indexed, Rational, Symbol

from .cases import Values
from .claim import Pair

DIGITS = 60
# Far above the rounding of DIGITS digits, far below a real difference.
TOLERANCE = Float("1e-30", DIGITS)
# Small enough that five of them can sum to one; factors such as T stay moderate.
SHARES = [Rational(a, 20) for a in (1, 2, 3, 4)]
FACTORS = [Rational(1, 2), Rational(2, 3), Rational(3, 2), Rational(2)]
POINTS = 2
TRIES = 20


def counter_example(
    values: Values, pairs: Iterable[Pair], solved: Values
) -> tuple[Values, Expr, Expr] | None:
    """Return numbers for which the two sides differ, or None.

    Parameters
    ----------
    values, pairs, solved
        One item of `claim.cases`.

    Returns
    -------
    tuple or None
        (where, left, right): the sizes, indices and numbers substituted, and the two values.
    """
    random = Random(1)
    for pair in pairs:
        for point in islice(_points(random, pair, solved), POINTS):
            left, right = (_number(side, point) for side in pair)
            if _differ(left, right):
                return values | point, left, right
    return None


def _points(random: Random, pair: Pair, solved: Values) -> Iterator[Values]:
    """Draw numbers for all unknowns; keep those that give the solved entries the right sign."""
    unknowns = {u for side in (*pair, *solved.values()) for u in side.atoms(Indexed)}
    labels = {label for unknown in unknowns for label in unknown.atoms(Symbol)}
    unknowns |= {s for side in pair for s in side.atoms(Symbol)} - labels
    for _ in range(TRIES):
        drawn = {u: _draw(random, u) for u in sorted(unknowns, key=str)}
        follows = {entry: root.xreplace(drawn) for entry, root in solved.items()}
        if all(_sign_fits(entry, number) for entry, number in follows.items()):
            yield drawn | follows


def _draw(random: Random, unknown: Expr) -> Rational:
    if unknown.is_nonnegative:
        return random.choice(SHARES if isinstance(unknown, Indexed) else FACTORS)
    return Rational(random.randint(-3, 3))


def _sign_fits(unknown: Expr, number: Expr) -> bool:
    return not (unknown.is_nonnegative and number < 0) and not (unknown.is_positive and number <= 0)


def _number(side: Expr, point: Values) -> Expr:
    numeric = side.xreplace(point).replace(Determinant, lambda m: m.evalf(DIGITS).det())
    return numeric.evalf(DIGITS)


def _differ(left: Expr, right: Expr) -> bool:
    if not (left.is_number and right.is_number and left.is_finite and right.is_finite):
        return False
    return abs(left - right) > TOLERANCE * (1 + abs(left) + abs(right))
