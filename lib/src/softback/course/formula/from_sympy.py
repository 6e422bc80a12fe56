"""Turn a SymPy expression into the tree of a typed formula, which holds fixed names only."""

from sympy import (
    Add,
    Expr,
    Float,
    Indexed,
    KroneckerDelta,
    Mul,
    Pow,
    Rational,
    Sum,
    Symbol,
    exp,
    log,
)
from sympy import Number as SympyNumber

from softback.course.formula.read import Scope, example
from softback.course.formula.tree import Node


class NotReadable(ValueError):
    """An expression that holds something else; the message is a sentence."""


def tree_of(expr: Expr, scope: Scope) -> Node:
    """Return the tree of an expression.

    Parameters
    ----------
    expr : sympy.Expr
        Sums, products, integer powers, ``exp``, ``log``, ``KroneckerDelta(i, j)``, ``Sum`` from 1,
        symbols such as ``y_i`` or entries such as ``y[i]``.
    scope : dict
        The names that it may hold, see `softback.course.formula.read`.

    Raises
    ------
    NotReadable
        If it holds anything else.
    """
    return _Reader(scope).read(expr, {})


class _Reader:
    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def read(self, expr: Expr, bound: dict[Symbol, str]) -> Node:
        """Return the tree of an expression; ``bound`` says how the indices of sums are called."""
        if isinstance(expr, SympyNumber):
            return _number(expr)
        if isinstance(expr, Symbol | Indexed | KroneckerDelta):
            return self.entry(expr, bound)
        if isinstance(expr, Add | Mul):
            return self.chain("+" if isinstance(expr, Add) else "*", expr.args, bound)
        if isinstance(expr, Pow) and expr.exp.is_Integer:
            base = self.read(expr.base, bound)
            return Node(kind="power", of=base, exponent=int(expr.exp))
        if isinstance(expr, exp | log):
            return Node(kind=expr.func.__name__, of=self.read(expr.args[0], bound))
        if isinstance(expr, Sum):
            return self.sum(expr, bound)
        raise NotReadable(f"`{expr}` is of a kind that cannot be read.")

    def chain(self, kind: str, parts: tuple[Expr, ...], bound: dict[Symbol, str]) -> Node:
        first, *rest = (self.read(part, bound) for part in parts)
        for part in rest:
            first = Node(kind=kind, left=first, right=part)
        return first

    def entry(self, expr: Expr, bound: dict[Symbol, str]) -> Node:
        base, letters = _named(expr, bound)
        kinds = self.scope["names"].get(base)
        free = [*self.scope["free"], *bound.values()]
        if kinds is None or len(kinds) != len(letters) or not all(a in free for a in letters):
            known = ", ".join(f"`{example(name, self.scope)}`" for name in self.scope["names"])
            raise NotReadable(f"`{expr}` is not known here. Known are {known}.")
        return Node(kind="name", base=base, letters="".join(letters))

    def sum(self, expr: Sum, bound: dict[Symbol, str]) -> Node:
        (index, first, last), *others = expr.limits
        if others or first != 1 or str(last) not in self.scope["kinds"]:
            raise NotReadable(f"`{expr}` does not run over one index from 1 to C.")
        taken = {*self.scope["free"], *bound.values()}
        letter = next((a for a in "k" + self.scope["kinds"][str(last)] if a not in taken), None)
        if letter is None:
            raise NotReadable(f"`{expr}` holds too many sums within sums.")
        inner = {symbol: name for symbol, name in bound.items() if symbol != index}
        of = self.read(expr.function, {**inner, index: letter})
        return Node(kind="sum", index=letter, of=of)


def _number(expr: Expr) -> Node:
    exact = Rational(str(expr)) if isinstance(expr, Float) else expr
    if not exact.is_Rational:
        raise NotReadable(f"`{expr}` is not a fraction.")
    top, bottom = (Node(kind="number", text=str(abs(n))) for n in (exact.p, exact.q))
    fraction = top if exact.q == 1 else Node(kind="/", left=top, right=bottom)
    return Node(kind="minus", of=fraction) if exact < 0 else fraction


def _named(expr: Expr, bound: dict[Symbol, str]) -> tuple[str, list[str]]:
    """Return base and letters: y and i for the symbol y_i and for the entry y[i]."""
    if isinstance(expr, Symbol):
        base, _, letters = expr.name.partition("_")
        return base, list(letters)
    base = "delta" if isinstance(expr, KroneckerDelta) else str(expr.base)
    return base, [bound.get(index, str(index)) for index in expr.indices]
