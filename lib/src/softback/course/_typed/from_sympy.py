"""Turn a SymPy expression into the tree of a typed formula, which holds fixed names only."""

from fractions import Fraction

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
)  # fmt: skip
from sympy import (
    Number as SympyNumber,
)

from softback.course._judge import Fault
from softback.course._typed.grammar import RUNNING, Apply, Binary, Entry, Number, Tree


def tree_of(expr: Expr, names: frozenset[str]) -> Tree:
    """Return the tree of an expression.

    Parameters
    ----------
    expr : sympy.Expr
        Sums, products, integer powers, ``exp``, ``log``, ``KroneckerDelta(i, j)``, ``Sum`` from 1,
        symbols such as ``y_i`` or entries such as ``y[i]``.
    names : frozenset of str
        The names that it may hold.

    Raises
    ------
    Fault
        If it holds anything else.
    """
    return _Reader(names).read(expr, summed=False)


class _Reader:
    def __init__(self, names):
        self.names = names

    def read(self, expr, summed):
        """Return the tree of an expression; the index k may stand in it where it is summed."""
        if isinstance(expr, SympyNumber):
            return _number(expr)
        if isinstance(expr, Symbol | Indexed | KroneckerDelta):
            return self.entry(expr, summed)
        if isinstance(expr, Add | Mul):
            return self.chain("+" if isinstance(expr, Add) else "*", expr.args, summed)
        if isinstance(expr, Pow) and expr.exp.is_Integer:
            return Binary("^", self.read(expr.base, summed), int(expr.exp))
        if isinstance(expr, exp | log):
            return Apply(expr.func.__name__, self.read(expr.args[0], summed))
        if isinstance(expr, Sum):
            return self.sum(expr)
        raise Fault(f"`{expr}` is of a kind that cannot be read here.")

    def chain(self, operator, parts, summed):
        first, *rest = (self.read(part, summed) for part in parts)
        for part in rest:
            first = Binary(operator, first, part)
        return first

    def entry(self, expr, summed):
        base, letters = _named(expr)
        name = f"{base}_{letters}" if letters else base
        if name not in self.names or (RUNNING in letters and not summed):
            raise Fault(f"`{expr}` is not known here. You can use {_listed(self.names)}.")
        return Entry(base, letters)

    def sum(self, expr):
        (index, first, last), *others = expr.limits
        if others or first != 1 or str(last) != "C":
            raise Fault(f"`{expr}` does not run over one index from 1 to C.")
        running = expr.function.xreplace({index: Symbol(RUNNING)})
        return Apply("sum", self.read(running, summed=True))


def _listed(names):
    return ", ".join(f"`{name}`" for name in sorted(names))


def _number(expr):
    exact = Rational(str(expr)) if isinstance(expr, Float) else expr
    if not exact.is_Rational:
        raise Fault(f"`{expr}` is not a fraction.")
    return Number(Fraction(int(exact.p), int(exact.q)))


def _named(expr):
    """Return (base, letters): ``("y", "i")`` for the symbol y_i and for the entry y[i]."""
    if isinstance(expr, Symbol):
        base, _, letters = expr.name.partition("_")
        return base, letters
    if isinstance(expr, KroneckerDelta):
        return "delta", "".join(sorted(map(str, expr.indices)))
    return str(expr.base), "".join(map(str, expr.indices))
