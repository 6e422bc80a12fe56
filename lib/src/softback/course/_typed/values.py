"""Give a formula a value, in floats or in SymPy: the same walk through the tree for both."""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from softback.course._typed.grammar import RUNNING, Apply, Binary, Entry, Number, Tree

CLASSES, ROWS = 3, 2


@dataclass(frozen=True)
class World:
    """What the names stand for.

    Attributes
    ----------
    entries : dict
        From a base such as y to a dictionary from positions to values; a plain number such as T
        has the position ().
    exp, log, number : callable
        The functions, and what makes a value of an exact fraction.
    """

    entries: dict
    exp: Callable
    log: Callable
    number: Callable


def value(tree: Tree, world: World, at: dict[str, int]) -> Any:
    """Return the value of a tree where the letters stand for the positions in ``at``."""
    match tree:
        case Number(fraction):
            return world.number(fraction)
        case Entry("delta", letters):
            return world.number(int(at[letters[0]] == at[letters[1]]))
        case Entry(base, letters):
            return world.entries[base][tuple(at[letter] for letter in letters)]
        case Apply("sum", body):
            return sum(value(body, world, at | {RUNNING: n}) for n in range(CLASSES))
        case Apply("-", argument):
            return -value(argument, world, at)
        case Apply(function, argument):
            return getattr(world, function)(value(argument, world, at))
        case Binary("^", base, exponent):
            return value(base, world, at) ** exponent
    return _joined(tree.operator, value(tree.left, world, at), value(tree.right, world, at))


def _joined(operator, left, right):
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
    return left / right


def _positions(rows):
    classes = [(i,) for i in range(CLASSES)]
    return [(n, *i) for n in range(ROWS) for i in classes] if rows else classes


def _completed(free, scalars, e, rows):
    """Return all entries from free ones and from ``e``, the exponentials of the logits.

    Rows of a matrix are softmaxed one by one; s and S belong to a single row.
    """
    entries = dict(free) | {name: {(): number} for name, number in scalars.items()}
    totals = {}
    for position in e:
        totals[position[:-1]] = totals.get(position[:-1], 0) + e[position]
    entries["y"] = {position: e[position] / totals[position[:-1]] for position in e}
    if not rows:
        entries["S"] = totals
        entries["s"] = {(): sum(free["g"][p] * entries["y"][p] for p in e)}
    return entries


def drawn(seed: int, rows: bool = False) -> World:
    """Return a `World` of floats: random logits of size 1, targets that do not sum to one."""
    source, positions = random.Random(seed), _positions(rows)
    free = {base: {p: source.gauss(0, 1) for p in positions} for base in "zgv"}
    free["t"] = {p: source.uniform(0.1, 1) for p in positions}
    e = {p: math.exp(z) for p, z in free["z"].items()}
    entries = _completed(free, {"T": source.uniform(1.2, 3), "C": CLASSES}, e, rows)
    return World(entries, math.exp, math.log, float)


def symbolic(rows: bool = False) -> World:
    """Return a `World` of SymPy expressions: each logit is the logarithm of a positive symbol."""
    from sympy import Rational, Symbol, exp, log

    positions = _positions(rows)
    e = {p: Symbol(f"x{p}", positive=True) for p in positions}
    free = {base: {p: Symbol(f"{base}{p}", real=True) for p in positions} for base in "gvt"}
    free["z"] = {p: log(x) for p, x in e.items()}
    entries = _completed(free, {"T": Symbol("T", positive=True), "C": CLASSES}, e, rows)
    return World(entries, exp, log, lambda fraction: Rational(str(fraction)))
