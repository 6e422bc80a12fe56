"""Waypoints: what a line looks like, told by predicates on its tree. The twin is ``form.mjs``.

========================  ==========================================================
``no d``, ``has delta``   it holds none, or at least one, of these
``1 sum``, ``2 sums``     it holds so many
``front y_j``             its first factor is this; ``front sum_l`` is a sum over l
``in sum: no y``          what stands in each sum fulfils the rest; also ``in sum_j``
``nested``                it is a sum of a sum
``short``                 it has no more parts than the goal
========================  ==========================================================

What is held is a name (``y`` with any index, or ``y_i``), or ``d``, ``sum``, ``exp``, ``log`` or
``fraction``.
"""

import re
from collections.abc import Callable, Iterator

from softback.course.formula import Node, typed

Predicate = Callable[[Node], bool]


def predicate(text: str, goal: Node) -> Predicate:
    """Return the predicate of a text, see above."""
    if inside := re.fullmatch(r"in (\w+): (.*)", text):
        inner = predicate(inside[2], goal)
        return lambda tree: all(inner(part.of) for part in _all(tree) if _is(part, inside[1]))
    how, _, what = text.partition(" ")
    if how == "short":
        most = sum(1 for _ in _all(goal))
        return lambda tree: sum(1 for _ in _all(tree)) <= most
    if how == "nested":
        return lambda tree: tree.kind == "sum" == tree.of.kind
    if how == "front":
        return lambda tree: _is(_first_factor(tree), what)
    if how == "no":
        return lambda tree: _count(what, tree) == 0
    if how == "has":
        return lambda tree: _count(what, tree) > 0
    return lambda tree: _count(what.removesuffix("s"), tree) == int(how)


def _all(tree: Node) -> Iterator[Node]:
    """Yield a tree and all its parts."""
    yield tree
    for part in tree.parts():
        yield from _all(part)


def _first_factor(tree: Node) -> Node:
    return _first_factor(tree.left) if tree.kind == "*" else tree


def _count(what: str, tree: Node) -> int:
    return sum(_is(part, what) for part in _all(tree))


def _is(tree: Node, what: str) -> bool:
    if what == "fraction":
        return tree.kind == "/" or (tree.kind == "power" and tree.exponent < 0)
    if tree.kind == "name":
        return what in (tree.base, typed(tree))
    return what == tree.kind or (tree.kind == "sum" and what == f"sum_{tree.index}")
