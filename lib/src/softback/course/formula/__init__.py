"""Formulas as a reader types them: one grammar and one judge, here and in JavaScript.

What stands in one text stands in ``NAME.py`` and, for the page, in its twin ``NAME.mjs``; the
sentences of both are in ``grammar.mjs``. Nothing that a reader types is ever run as code.
"""

from functools import cache
from pathlib import Path

from softback.course.formula.judge import Judge, Judgement, echo
from softback.course.formula.question import Question, Slip
from softback.course.formula.read import parse
from softback.course.formula.show import mathml, tex, typed
from softback.course.formula.tree import FormulaError, Node

__all__ = [
    "FormulaError",
    "Judge",
    "Judgement",
    "Node",
    "Question",
    "Slip",
    "echo",
    "mathml",
    "parse",
    "script",
    "tex",
    "typed",
]


@cache
def script() -> str:
    """Return the text of an ES module with ``judge(data, text)`` and ``echo(data, text)``."""
    from softback.explorers import _bundle  # a page has another module of that name

    return _bundle.module(Path(__file__).with_name("judge.mjs"), ("judge", "echo"))
