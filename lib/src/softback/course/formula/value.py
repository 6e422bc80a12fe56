"""Give a tree a value, and a bound of what rounding did to it.

The bound is what makes "equal", "zero" and "0/0" decidable without a guessed tolerance.
Derivatives are exact too: a jet is a number with its derivatives, ``v[m]`` the mixed derivative
with respect to the logits in the bits of m, and ``e[m]`` its bound. The twin is ``value.mjs``.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from softback.course.formula.tree import LIMITS, FormulaError, Node

EPS = 2.0**-52
# Values whose error may be larger than this, relative to 1 and to them, are refused.
MOST = 1e-8

Jet = tuple[list[float], list[float]]
Slope = Callable[[int, float], float]


@dataclass(frozen=True)
class Definition:
    """What a name stands for: ``letters`` are the places of its indices in the tree."""

    letters: str
    tree: Node


@dataclass(frozen=True)
class World:
    """What names stand for at one draw.

    Parameters
    ----------
    scope : dict
        Of which the kinds of indices are needed.
    definitions : dict
        From names to a `Definition` each.
    draw : dict
        The numbers of the other names, and from each kind of index to how many there are.
    """

    scope: Mapping[str, Any]
    definitions: Mapping[str, Definition]
    draw: Mapping[str, Any]
    size: int = 1
    moved: tuple[tuple[int, ...], ...] = ()
    cache: dict[Any, Any] = field(default_factory=dict)
    clock: list[int] = field(default_factory=lambda: [0])

    def moving(self, place: tuple[int, ...]) -> "World":
        """Return the same world where one logit has begun to move."""
        if place not in self.cache:
            moved = (*self.moved, place)
            parts = self.scope, self.definitions, self.draw, 2 * self.size, moved
            self.cache[place] = World(*parts, clock=self.clock)
        return self.cache[place]

    def count(self, letter: str) -> int:
        """Return how many entries an index runs over."""
        kinds = self.scope["kinds"]
        return self.draw[next(kind for kind, letters in kinds.items() if letter in letters)]

    def entry(self, base: str, place: tuple[int, ...]) -> Jet:
        """Return what a name stands for at a place."""
        if base == "delta":
            return _constant(float(place[0] == place[1]), self.size)
        if base in self.definitions:
            return self._defined(base, place)
        x = self.draw[base]
        for k in place:
            x = x[k]
        v, e = _constant(x, self.size, 0 if x == int(x) else EPS * abs(x))
        if base == "z":
            for bit, moved in enumerate(self.moved):
                v[1 << bit] = float(moved == place)
        return v, e

    def _defined(self, base: str, place: tuple[int, ...]) -> Jet:
        """Compute what is defined once in each world; its steps do not count."""
        key = base, place
        if key not in self.cache:
            definition = self.definitions[base]
            steps = self.clock[0]
            self.clock[0] = 0
            at = dict(zip(definition.letters, place, strict=True))
            self.cache[key] = _value(definition.tree, self, at)
            self.clock[0] = steps
        return self.cache[key]


@dataclass(frozen=True, slots=True)
class Value:
    """A number and the bound of its error."""

    value: float
    error: float

    def close(self, other: "Value") -> bool:
        """Return whether two values are equal as far as rounding lets us see."""
        return abs(self.value - other.value) <= 4 * (self.error + other.error)


def evaluate(tree: Node, world: World, at: Mapping[str, int]) -> Value:
    """Return the value of a tree where its free indices stand for the places in ``at``.

    Raises
    ------
    FormulaError
        If it has none here, or none that can be compared.
    """
    world.clock[0] = 0
    (x, *_), (error, *_) = _value(tree, world, at)
    if not math.isfinite(x) or not error <= MOST * (1 + abs(x)):
        raise FormulaError("too-large", tree.at, tree.to)
    return Value(x, error)


def _value(tree: Node, world: World, at: Mapping[str, int]) -> Jet:
    world.clock[0] += 1
    if world.clock[0] > LIMITS["steps"]:
        raise FormulaError("steps", tree.at, tree.to)
    match tree.kind:
        case "name":
            return world.entry(tree.base, tuple(at[letter] for letter in tree.letters))
        case "number":
            x = float(tree.text)
            return _constant(x, world.size, EPS * x if "." in tree.text else 0)
        case "*":
            return _times(_value(tree.left, world, at), _value(tree.right, world, at))
        case "+" | "-":
            sign = 1 if tree.kind == "+" else -1
            return _plus(_value(tree.left, world, at), _value(tree.right, world, at), sign)
        case "/":
            left, right = _value(tree.left, world, at), _value(tree.right, world, at)
            return _times(left, _raised(right, -1, tree.right))
        case "minus":
            return _times(_constant(-1.0, world.size), _value(tree.of, world, at))
        case "power":
            return _raised(_value(tree.of, world, at), tree.exponent, tree.of)
        case "exp":
            return _applied(_value(tree.of, world, at), lambda n, x: _exp(x))
        case "log":
            return _logarithm(tree, _value(tree.of, world, at))
        case "sum":
            out = _constant(0.0, world.size)
            for k in range(world.count(tree.index)):
                out = _plus(out, _value(tree.of, world, {**at, tree.index: k}), 1)
            return out
    place = tuple(at[letter] for letter in tree.by or "")
    v, e = _value(tree.of, world.moving(place), at)
    return v[world.size :], e[world.size :]


def _logarithm(tree: Node, jet: Jet) -> Jet:
    _finite(jet, tree.of)
    if _vanishes(jet) or jet[0][0] < 0:
        raise FormulaError("logarithm", tree.at, tree.to)
    return _applied(jet, lambda n, x: (0, 1, -1, 2)[n] * _power(x, -n) if n else math.log(x))


def _raised(jet: Jet, exponent: int, tree: Node) -> Jet:
    _finite(jet, tree)
    if exponent < 0 and _vanishes(jet):
        raise FormulaError("zero", tree.at, tree.to)

    def slope(n: int, x: float) -> float:
        factor = math.prod(exponent - k for k in range(n))
        return factor and factor * _power(x, exponent - n)

    return _applied(jet, slope)


def _finite(jet: Jet, tree: Node) -> None:
    if not math.isfinite(jet[0][0]):
        raise FormulaError("too-large", tree.at, tree.to)


def _vanishes(jet: Jet) -> bool:
    return abs(jet[0][0]) <= 4 * jet[1][0]


# --- Arithmetic of jets ---------------------------------------------------------------------------


def _constant(x: float, size: int, error: float = 0) -> Jet:
    if size == 1:
        return [x], [error]
    return [x, *[0.0] * (size - 1)], [error, *[0.0] * (size - 1)]


def _plus(a: Jet, b: Jet, sign: int) -> Jet:
    v = [x + sign * y for x, y in zip(a[0], b[0], strict=True)]
    return v, [e + f + EPS * abs(x) for x, e, f in zip(v, a[1], b[1], strict=True)]


def _times(a: Jet, b: Jet) -> Jet:
    v, e = [0.0] * len(a[0]), [0.0] * len(a[0])
    for m in range(len(v)):
        s = m
        while True:
            x, y, c, f = a[0][s], b[0][m ^ s], a[1][s], b[1][m ^ s]
            v[m] += x * y
            e[m] += abs(x) * f + abs(y) * c + c * f + 2 * EPS * abs(x * y)
            if s == 0:
                break
            s = (s - 1) & m
    return v, e


def _applied(a: Jet, slope: Slope) -> Jet:
    """Return f(a) from the derivatives of f: a Taylor series, which ends as small parts vanish."""
    size, x = len(a[0]), a[0][0]

    def term(n: int) -> Jet:
        here, error = slope(n, x), abs(slope(n + 1, x)) * a[1][0]
        return _constant(here, size, error + 4 * EPS * abs(here))

    out = term(0)
    rest = [0.0, *a[0][1:]], [0.0, *a[1][1:]]
    power, n = _constant(1.0, size), 1
    while 2**n <= size:
        power = _times(_times(power, rest), _constant(1 / n, size))
        out = _plus(out, _times(term(n), power), 1)
        n += 1
    return out


def _exp(x: float) -> float:
    """Return the exponential, infinite where it overflows, as in JavaScript."""
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf


def _power(x: float, n: int) -> float:
    """Return a power with the infinities of JavaScript in place of errors."""
    try:
        return x**n
    except OverflowError:
        return -math.inf if x < 0 and n % 2 else math.inf
    except ZeroDivisionError:
        return math.copysign(math.inf, x) if n % 2 else math.inf
