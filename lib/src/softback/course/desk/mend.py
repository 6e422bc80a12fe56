"""One small change that would make a line right: its place is told, the change never is.

The twin is ``mend.mjs``; the order of the changes matters, for the first that mends is taken.
"""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from softback.course.formula import Node
from softback.course.formula.read import Scope, kind_of

# The likely ones first.
ORDER = ("sign", "index", "delta", "power", "letter", "extra", "missing")
MOST = 400

Local = tuple[str, Node, Node | None]


@dataclass(frozen=True)
class Change:
    """A change of one place.

    Parameters
    ----------
    kind : str
        One of `ORDER`.
    node : Node
        The place: what is marked, all of it, or with ``sign`` its sign alone.
    tree : Node
        The whole line after the change.
    """

    kind: str
    node: Node
    sign: bool
    tree: Node


def changes(tree: Node, scope: Scope) -> list[Change]:
    """Return the small changes of a line, the likely kinds first."""
    found = list(_walk(tree, scope, "", lambda changed: changed))
    return sorted(found, key=lambda change: ORDER.index(change.kind))[:MOST]


def _walk(
    node: Node, scope: Scope, bound: str, rebuilt: Callable[[Node], Node]
) -> Iterator[Change]:
    for kind, changed, place in _local(node, scope, scope["free"] + bound):
        yield Change(kind, place or node, place is None, rebuilt(changed))
    inner = bound + node.index
    for name in ("left", "right", "of"):
        if child := getattr(node, name):

            def build(part: Node, name: str = name) -> Node:
                changed: dict[str, Any] = {name: part}
                return rebuilt(replace(node, **changed))

            yield from _walk(child, scope, inner, build)


def _local(node: Node, scope: Scope, letters: str) -> Iterator[Local]:
    """Yield kind, result and marked place (None for the sign) of each change at a node."""
    if node.kind in "+-*/":
        yield from _of_two(node)
    elif node.kind == "minus":
        yield "sign", node.of, None
    elif node.kind == "name":
        yield from _of_a_name(node, scope, letters)
    elif node.kind == "number":
        yield from (("delta", delta, node) for delta in _deltas(scope, letters))
        for text in ("1", "2"):
            if text != node.text:
                yield "letter", Node(kind="number", text=text), node
    elif node.kind == "d":
        yield from (
            ("index", replace(node, by=new), node) for new in _others(node.by or "", scope, letters)
        )
        if node.of.kind == "name":
            yield "missing", replace(node, of=Node(kind="log", of=node.of)), node.of
    elif node.kind == "power":
        yield "power", node.of, node
        for exponent in (node.exponent - 1, node.exponent + 1):
            yield "power", replace(node, exponent=exponent), node
    elif node.kind in ("exp", "log"):
        yield "extra", node.of, node
    if node.kind not in ("minus", "number"):
        yield from (("missing", changed, node) for changed in _factors(node, scope, letters))


def _of_two(node: Node) -> Iterator[Local]:
    if node.kind in "+-":
        yield "sign", replace(node, kind="-" if node.kind == "+" else "+"), None
    yield "extra", node.left, node.right
    if node.kind != "/":
        yield "extra", node.right, node.left
    if node.kind in "*/":
        yield "sign", replace(node, kind="/" if node.kind == "*" else "*"), None


def _of_a_name(node: Node, scope: Scope, letters: str) -> Iterator[Local]:
    for new in _others(node.letters, scope, letters):
        yield "index", replace(node, letters=new), node
    names = scope["names"]
    if node.base == "delta":
        yield "delta", Node(kind="number", text="1"), node
    elif node.letters:
        for base, signature in names.items():
            if base != node.base and signature == names[node.base]:
                yield "letter", replace(node, base=base), node
    yield "power", Node(kind="power", of=node, exponent=2), node


def _others(old: str, scope: Scope, letters: str) -> Iterator[str]:
    """Yield the letters with one of them exchanged for another of its kind."""
    for n, letter in enumerate(old):
        for new in letters:
            if new != letter and kind_of(new, scope) == kind_of(letter, scope):
                yield old[:n] + new + old[n + 1 :]


def _deltas(scope: Scope, letters: str) -> list[Node]:
    if "delta" not in scope["names"]:
        return []
    pairs = itertools.combinations(letters, 2)
    return [
        Node(kind="name", base="delta", letters=a + b)
        for a, b in pairs
        if kind_of(a, scope) == kind_of(b, scope)
    ]


def _factors(node: Node, scope: Scope, letters: str) -> Iterator[Node]:
    """Yield a part with a factor that may be missing in front, or below."""
    for base, signature in scope["names"].items():
        if base != "delta" and signature:
            for places in itertools.product(letters, repeat=len(signature)):
                if all(
                    kind_of(a, scope) == kind for a, kind in zip(places, signature, strict=True)
                ):
                    name = Node(kind="name", base=base, letters="".join(places))
                    yield _times(name, node)
                    if base == "z" and "S" in scope["names"]:
                        yield _times(Node(kind="exp", of=name), node)
    yield from (_times(delta, node) for delta in _deltas(scope, letters))
    if scope["names"].get("S") == "":
        yield Node(kind="/", left=node, right=Node(kind="name", base="S"))


def _times(left: Node, right: Any) -> Node:
    return Node(kind="*", left=left, right=right)
