"""Judge a line of a derivation: whether it equals the line above, and if not, what went wrong.

All lines of a level have one value, that of its start. So a line is compared with the start, a
mistake is known by its value wherever it is made, and any line may follow any other: what orders
them is their form, the waypoints. The twin is ``desk.mjs``.
"""

import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from softback.course.desk.form import predicate
from softback.course.desk.level import Level
from softback.course.desk.mend import Change, changes
from softback.course.formula import FormulaError, Judge, Node, parse, typed
from softback.course.formula.question import Point, points_of
from softback.course.formula.read import is_empty, kind_of
from softback.course.formula.tree import filled, sentence
from softback.course.formula.value import Value, evaluate

_TABLE = Path(__file__).with_name("words.mjs").read_text("utf-8")
WORDS = json.loads(_TABLE.removeprefix("export const WORDS = ").rstrip().removesuffix(";"))


@dataclass(frozen=True)
class Line:
    """What is said of a line.

    Parameters
    ----------
    kind : str
        ``right``, ``same`` as the line above, ``slip`` for a mistake with a name, ``wrong``,
        ``unread``, ``novalue`` or ``empty``.
    message : str
        The first sentence: is it equal?
    reasons : tuple of str
        Why not, as far as it could be found out; the numbers come last.
    slip : str
        The id of the mistake, or "".
    at, to : int or None
        The place that the message or the reason speaks of.
    uses : bool
        Whether the line makes use of the level's condition.
    tree : Node or None
        What was read.
    """

    kind: str
    message: str
    reasons: tuple[str, ...] = ()
    slip: str = ""
    at: int | None = None
    to: int | None = None
    uses: bool = False
    tree: Node | None = None


class Desk:
    """A level, opened."""

    def __init__(self, level: Level) -> None:
        self.level, self.data = level, level.data
        self.judge, self.scope = Judge(level.data), level.data["scope"]
        self.goal = parse(level.goal, self.scope)
        self.model = {typed(parse(text, self.scope)) for text in level.model}
        self.loose = self._points_without_condition()
        self.waypoints = [
            [predicate(text, self.goal) for text in waypoint.when] for waypoint in level.waypoints
        ]

    def _points_without_condition(self) -> list[Point]:
        loose = self.data["loose"]
        return list(points_of({**self.data, **loose})) if loose else []

    def reached(self, tree: Node) -> list[bool]:
        """Return for each waypoint whether a line has its form."""
        return [all(test(tree) for test in tests) for tests in self.waypoints]

    def line(self, text: str, above: Node, name: str) -> Line:
        """Return what is said of a text below a line, which ``name`` names: "line 2"."""
        if is_empty(text):
            return Line("empty", sentence("empty"))
        tree = None
        try:
            tree = parse(text, self.scope)
            if typed(tree) == typed(above):
                return Line("same", filled(WORDS["same"], above=name), tree=tree)
            return self._compared(tree, above, name)
        except FormulaError as error:
            return Line("unread", str(error), at=error.at, to=error.to, tree=tree)

    def _compared(self, tree: Node, above: Node, name: str) -> Line:
        values = self.judge.values(tree)
        good = self.judge.agreeing(values)
        if all(good):
            uses = self._uses_condition(tree, above)
            return Line("right", filled(WORDS["right"], above=name), uses=uses, tree=tree)
        slip, error = self.judge.slip(values), self.judge.error(values)
        if error and not slip:
            return Line("novalue", str(error), at=error.at, to=error.to, tree=tree)
        change = self._mend(tree)
        reasons = [self._reason(slip, change, values, name)]
        reasons += [self._where_right(good), self._numbers(values, good, name)]
        return Line(
            kind="slip" if slip else "wrong",
            message=filled(WORDS["not-equal"], above=name),
            reasons=tuple(filter(None, reasons)),
            slip=slip["id"] if slip else "",
            at=change.node.at if change else None,
            to=change.node.to if change else None,
            tree=tree,
        )

    def _uses_condition(self, tree: Node, above: Node) -> bool:
        """Return whether two lines that are equal differ where the condition does not hold."""
        difference = Node(kind="-", left=tree, right=above)
        zeros = [Value(0.0, 0.0)] * len(self.loose)
        return not self._agrees(difference, self.loose, zeros)

    def _agrees(self, tree: Node, points: Sequence[Point], wanted: Sequence[Value]) -> bool:
        """Return whether a tree has these values; one without a value has not."""
        try:
            pairs = zip(points, wanted, strict=True)
            return all(evaluate(tree, *point[:2]).close(x) for point, x in pairs)
        except FormulaError:
            return False

    def _mend(self, tree: Node) -> Change | None:
        """Return a small change that makes a line right, if there is one.

        Where there are several, one that leads to a line of the model was meant most likely.
        """
        mends = [
            change
            for change in changes(tree, self.scope)
            if self._agrees(change.tree, self.judge.points, self.judge.right)
        ]
        known = [change for change in mends if typed(change.tree) in self.model]
        return next(iter(known + mends), None)

    def _reason(self, slip: Any, change: Change | None, values: Sequence, name: str) -> str:
        if slip:
            return slip["says"]
        if change:
            return WORDS[change.kind]
        return self._relation(values, name)

    def _relation(self, values: Sequence[Any], name: str) -> str:
        """Return "It is line 2, times …", found by trying simple factors, then simple terms."""
        scope = {**self.scope, "names": {**self.scope["names"], "C": ""}}
        for says, kind, texts in (
            ("times", "*", self._factors()),
            ("more", "+", self._terms()),
            ("less", "-", self._terms()),
        ):
            for text in texts:
                other = Node(kind=kind, left=self.level.start, right=parse(text, scope))
                if self._agrees(other, self.judge.points, values):
                    return filled(WORDS[says], above=name, what=text)
        return ""

    def _simple(self) -> list[str]:
        """Return the names with at most one index, as they can stand here."""
        free, names = self.scope["free"], self.scope["names"]
        found = []
        for base, signature in names.items():
            if not signature:
                found.append(base)
            elif len(signature) == 1:
                of_kind = [a for a in free if kind_of(a, self.scope) == signature]
                found += [f"{base}_{letter}" for letter in of_kind]
        return found

    def _factors(self) -> Iterator[str]:
        yield from ("-1", "2", "1/2", "C", "1/C")
        for name in self._simple():
            yield from (name, f"1/{name}")

    def _terms(self) -> Iterator[str]:
        simple = self._simple()
        yield from ("1", *simple)
        if "delta" in self.scope["names"]:
            yield from (f"delta_{a}{b}" for a, b in self.level.question.pairs())
        yield from map("*".join, itertools.combinations_with_replacement(simple, 2))

    def _where_right(self, good: Sequence[bool]) -> str:
        cases, classes, _ = self.judge.right_for(good)
        if cases:
            return filled(WORDS["one-case"], good="; ".join(cases))
        if classes:
            return filled(WORDS["few-classes"], good=", ".join(map(str, classes)))
        return ""

    def _numbers(self, values: Sequence[Any], good: Sequence[bool], name: str) -> str:
        pairs = enumerate(zip(values, good, strict=True))
        for n, (x, ok) in pairs:
            if not ok and isinstance(x, Value):
                return filled(WORDS["numbers"], above=name, **self.judge.numbers(values, n))
        return ""
