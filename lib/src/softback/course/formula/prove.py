"""Show that a formula is right for every number of classes, with SymPy; a page has no twin."""

from collections.abc import Mapping
from typing import Any

from sympy import Dummy, Eq, Expr, IndexedBase, KroneckerDelta, Ne, Rational, Sum, Symbol, exp, log

from softback import symbolic
from softback.course.formula.question import Question
from softback.course.formula.read import parse
from softback.course.formula.tree import Node

# `softback.symbolic` knows two sizes, and no question has three.
_SIZES = {"C": symbolic.C, "N": symbolic.N, "D": symbolic.N}
_ROWS = symbolic.n, symbolic.m
_CLASSES = symbolic.i, symbolic.j, symbolic.k, symbolic.h
_INDICES = {"C": _CLASSES, "N": _ROWS, "D": _ROWS}


def scope_of_proof(question: Question, tree: Node, other: Node | None = None) -> str:
    """Return for what SymPy shows that two formulas are equal, such as "every C", or "".

    Parameters
    ----------
    question : Question
        What says what the names stand for.
    tree, other : Node
        The formulas; without ``other`` it is the right one.

    Raises
    ------
    softback.symbolic.Refuted
        If SymPy finds numbers for which the two differ.
    """
    translate = _Translation(question)
    indices = {kind: iter(_INDICES[kind]) for kind in question.kinds}
    at = {letter: next(indices[question.kind(letter)]) for letter in question.free}
    given = [Ne(at[a], at[b]) for a, b in question.pairs()] if question.apart else []
    k = symbolic.k
    given += [Eq(Sum(_base(name)[k], (k, 1, symbolic.C)), 1) for name in question.scaled.split()]
    sides = (translate(side, at) for side in (tree, other or question.tree))
    try:
        scope = symbolic.prove("eq-answer", *sides, given=given).scope
    except symbolic.Undecided:
        return ""
    if scope is None:  # no size was left in it
        return "every C"
    return scope if isinstance(scope, str) else ""


def _base(name: str) -> IndexedBase:
    return getattr(symbolic, name, None) or IndexedBase(name, real=True)


class _Translation:
    """From trees to expressions of `softback.symbolic`; what is defined is written out."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.definitions = {}
        for text in question.define:
            name, formula = text.split(" = ")
            base, _, letters = name.partition("_")
            self.definitions[base] = letters, parse(formula, question.everything(letters))

    def __call__(self, tree: Node, at: Mapping[str, Any]) -> Any:
        """Return the expression of a tree whose indices are those in ``at``."""
        left: Any
        right: Any
        of: Any
        left, right, of = (self(part, at) if part else None for part in self.parts(tree))
        match tree.kind:
            case "number":
                return Rational(tree.text)
            case "name":
                return self.entry(tree.base, [at[letter] for letter in tree.letters])
            case "+":
                return left + right
            case "-":
                return left - right
            case "*":
                return left * right
            case "/":
                return left / right
            case "minus":
                return -of
            case "power":
                return of**tree.exponent
            case "exp" | "log":
                return exp(of) if tree.kind == "exp" else log(of)
            case "sum":
                index = Dummy(tree.index, integer=True, positive=True)
                limits = (index, 1, _SIZES[self.question.kind(tree.index)])
                return Sum(self(tree.of, {**at, tree.index: index}), limits)
        place = [at[letter] for letter in tree.by or ""]
        return symbolic.d(self(tree.of, at), symbolic.z[tuple(place)])

    def parts(self, tree: Node) -> list[Node | None]:
        """Return the parts whose indices are those of the whole."""
        inner = None if tree.kind in ("sum", "d") else tree.of
        return [tree.left, tree.right, inner]

    def entry(self, base: str, place: list[Any]) -> Expr:
        """Return what a name stands for."""
        if base == "delta":
            return KroneckerDelta(*place)
        if base in self.definitions:
            letters, tree = self.definitions[base]
            return self(tree, dict(zip(letters, place, strict=True)))
        if base in _SIZES:
            return _SIZES[base]
        return _base(base)[tuple(place)] if place else getattr(symbolic, base, Symbol(base))
