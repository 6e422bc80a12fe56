"""Tasks whose answer is a formula: compared as numbers, then proved equal by SymPy."""

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from softback.course import _judge, _words
from softback.course._judge import Fault
from softback.course._time_limit import limited
from softback.course._typed import Tree, drawn, parse, symbolic, value
from softback.course._typed.values import CLASSES

SEEDS = (3, 14, 15)
RTOL, ATOL = 1e-9, 1e-11
FIRST, SECOND = 0, 1


@dataclass(frozen=True, kw_only=True, eq=False)
class Derivation(_judge.Task):
    """A task whose answer is a formula; ``asked`` says what it must equal.

    Attributes
    ----------
    names : str
        The names that an answer may hold, with blanks between them.
    cases : tuple of str
        Which indices to try: ``i=j`` and ``i!=j``, or ``j`` where there is one.
    """

    names: str
    cases: tuple[str, ...]
    praise: str = ""

    def __post_init__(self) -> None:
        """Say for how many classes a right answer is proved."""
        shown = f"Right: SymPy shows, for {CLASSES} classes, that this is {self.asked}."
        object.__setattr__(self, "praise", shown)

    def inputs(self, rng: Any = None) -> list[tuple[str, int]]:
        """Return each case with each seed, the seeds of one case after each other."""
        return [(case, seed) for case in self.cases for seed in SEEDS]

    def read(self, answer: Any) -> Tree:
        """Return the tree of a formula, typed or made by SymPy."""
        return limited(self._tree, answer)

    def _tree(self, answer):
        if answer in (None, ...) or (isinstance(answer, str) and not answer.strip(". ")):
            raise Fault("There is no answer yet. Write a formula between quotation marks.")
        names = frozenset(self.names.split())
        if isinstance(answer, str):
            return parse(answer, names)
        if _is_expression(answer):
            from softback.course._typed.from_sympy import tree_of

            return tree_of(answer, names)
        raise Fault(
            f"Your answer is of the type `{type(answer).__name__}`. "
            "Write a formula between quotation marks, or hand over a SymPy expression."
        )

    def outcome(self, answer: Tree, case: tuple[str, int]) -> float:
        """Return the value of a formula for one case and seed."""
        return limited(self._number, answer, *case)

    def _number(self, tree, case, seed):
        try:
            number = value(tree, _drawn(seed, self._rows), _position(case))
            if isinstance(number, complex) or not math.isfinite(number):
                raise ValueError
        except (ArithmeticError, ValueError):
            raise Fault(
                "Your formula has no value for some logits: it divides by zero, overflows, or "
                "takes the logarithm of a number that is not positive."
            ) from None
        return float(number)

    def expected(self, known: str, case: tuple[str, int]) -> float | None:
        """Return the value of a formula of the catalogue, or None if it has none."""
        try:
            return self._number(_parsed(known, frozenset(self.names.split())), *case)
        except Fault:
            return None

    def same(self, found: float, other: float | None) -> bool:
        """Return whether two numbers agree to nine digits."""
        return other is not None and math.isclose(found, other, rel_tol=RTOL, abs_tol=ATOL)

    def doubt(self, answer: Tree, cases: Sequence, found: Sequence) -> str:
        """Let SymPy show that a formula is the right one; return "" if it does."""
        if limited(self._proved, answer):
            return ""
        return "The numbers agree to nine digits, and yet the formulas differ by something tiny."

    def _proved(self, tree):
        world, right = symbolic(self._rows), self._tree(self.right)
        return all(
            _vanishes(value(tree, world, at) - value(right, world, at))
            for at in map(_position, self.cases)
        )

    def too_slow(self) -> str:
        """Return the sentence for a formula that took too long."""
        return (
            f"After {_judge.SECONDS:g} seconds the formula had still not been compared. "
            "Try a shorter one."
        )

    def difference(self, cases: Sequence, found: Sequence, right: Sequence, wrong: set) -> str:
        """Return what the formula gives in the first wrong case, and what is right."""
        first = min(wrong)
        case = cases[first][0]
        first = next(n for n, (name, _) in enumerate(cases) if name == case)
        failed = {cases[n][0] for n in wrong}
        where = f" for {case.replace('!=', ' ≠ ').replace('=', ' = ')}" if self.cases[1:] else ""
        but = "Not yet:" if len(failed) == len(self.cases) else "The other cases are right, but"
        return (
            f"{but}{where} your formula gives {_words.number(found[first])} where {self.asked} is "
            f"{_words.number(right[first])}, at the logits {self._logits()}."
        )

    def _logits(self):
        z = _drawn(SEEDS[0], self._rows).entries["z"]
        return _words.code("[" + ", ".join(_words.number(number) for number in z.values()) + "]")

    @property
    def _rows(self):
        return "n" in self.cases[0]


def _is_expression(answer):
    """Return whether an answer is a SymPy expression; without SymPy there are none."""
    return "sympy" in sys.modules and isinstance(answer, sys.modules["sympy"].Expr)


_parsed = cache(parse)
_drawn = cache(drawn)


def _position(case):
    """Return the positions that the letters of a case such as ``n=m, i!=j`` stand for."""
    at = {}
    for part in filter(None, case.split(", ")):
        first, _, last = part.replace("!=", "=").partition("=")
        at |= {first: FIRST, **({last: SECOND if "!" in part else FIRST} if last else {})}
    return at


def _vanishes(difference):
    from sympy import expand, expand_log, fraction, together

    numerator, _ = fraction(together(expand_log(difference, force=True)))
    return expand(numerator) == 0
