"""Tasks whose answer is a formula: judged as a page does it, then proved by SymPy."""

import itertools
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from softback.course import _judge
from softback.course._judge import Fault
from softback.course._time_limit import TimeUp, limited, time_limit
from softback.course.formula import FormulaError, Judge, Judgement, Node, Question, Slip, parse
from softback.course.formula.question import DEFINE, KINDS, NAMES
from softback.course.verdict import Verdict

# How much of a long formula stands on either side of the place that a caret marks.
AROUND = 30
EMPTY = "There is no answer yet. Write a formula between quotation marks."
TINY = "The numbers agree, and yet the formulas differ by something tiny."


@dataclass(frozen=True, kw_only=True)
class Unanswered(Verdict):
    """What is said where there is no formula yet: it shows a field to write one in."""

    question: Question

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        try:
            from softback.course.formula.field import Field
        except ImportError:  # no anywidget
            return {"text/plain": self.message}
        return Field(self.question)._repr_mimebundle_(**kwargs)


@dataclass(frozen=True, kw_only=True, eq=False)
class Derivation(_judge.Task):
    """A task whose answer is a formula; ``asked`` says what it must equal.

    Attributes
    ----------
    free, names, apart, define, kinds, signatures
        See `softback.course.formula.Question`.
    """

    free: str
    names: str
    apart: bool = False
    define: tuple[str, ...] = DEFINE
    kinds: Mapping[str, str] = field(default_factory=lambda: KINDS)
    signatures: Mapping[str, str] = field(default_factory=lambda: NAMES)
    praise: str = ""

    @cached_property
    def question(self) -> Question:
        """The question, with the mistakes of the catalogue; ``question.export()`` is for a page."""
        said = itertools.groupby(self.wrong_answers(), key=lambda known: known[:2])
        return Question(
            id=self.name,
            asked=self.asked,
            right=self.right,
            free=self.free,
            names=self.names,
            slips=tuple(
                Slip(name, sentence, tuple(formula for *_, formula in known))
                for (name, sentence), known in said
            ),
            apart=self.apart,
            define=self.define,
            kinds=self.kinds,
            signatures=self.signatures,
        )

    @cached_property
    def judged(self) -> Judge:
        """The judge of the question."""
        return Judge(self.question.export())

    def judge(self, answer: Any, rng: Any = None) -> Verdict:
        """Return the verdict on a formula, typed or made by SymPy."""
        if answer is None or answer is ... or (isinstance(answer, str) and not answer.strip(" .…")):
            return Unanswered(passed=False, message=EMPTY, question=self.question)
        try:
            tree = self._tree(answer)
            found = self.judged.compare(tree)
        except FormulaError as error:
            return Verdict(False, str(error) + _caret(answer, error.at))
        except Fault as fault:
            return Verdict(False, str(fault))
        if found.passed:
            return self._proved(tree, found)
        place = "" if found.at is None else _caret(answer, found.at)
        return Verdict(False, found.message + place, found.slip)

    def _tree(self, answer: Any) -> Node:
        if isinstance(answer, str):
            return parse(answer, self.question.scope)
        if "sympy" not in sys.modules or not isinstance(answer, sys.modules["sympy"].Expr):
            raise Fault(
                f"Your answer is of the type `{type(answer).__name__}`. "
                "Write a formula between quotation marks, or hand over a SymPy expression."
            )
        from softback.course.formula.from_sympy import NotReadable, tree_of

        try:
            return tree_of(answer, self.question.scope)
        except NotReadable as error:
            raise Fault(str(error)) from None

    def _proved(self, tree: Node, found: Judgement) -> Verdict:
        """Say for which sizes a formula is right: for all that SymPy shows it, in some seconds."""
        try:
            from softback.course.formula.prove import scope_of_proof
            from softback.symbolic import Refuted
        except ImportError:
            return Verdict(True, found.message)
        try:
            with time_limit(_judge.SECONDS):
                scope = limited(scope_of_proof, self.question, tree)
        except TimeUp:
            scope = ""
        except Refuted:
            return Verdict(False, TINY)
        if not scope:
            return Verdict(True, found.message)
        return Verdict(True, f"Right: SymPy shows, for {scope}, that this is {self.asked}.")


def _caret(answer: Any, at: int) -> str:
    """Return what stands around a place of a typed formula, with a caret below the place."""
    if not isinstance(answer, str):
        return ""
    first = max(0, at - AROUND)
    shown = answer[first : at + AROUND].replace("\t", " ").replace("\n", " ").replace("\r", " ")
    return f"\n\n    {shown}\n    {' ' * (at - first)}^"
