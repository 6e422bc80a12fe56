"""Formulas as a reader types them: read into a tree, then given a value; nothing is executed."""

from softback.course._typed.grammar import FormulaError, Tree, parse
from softback.course._typed.values import World, drawn, symbolic, value

__all__ = ["FormulaError", "Tree", "World", "drawn", "parse", "symbolic", "value"]
