"""Judge a formula: read it, compare it at the points of a question, name the mistake behind it.

It judges from the data that a page has too, see `softback.course.formula.question`; the twin is
``judge.mjs``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context
from typing import Any

from softback.course.formula.question import Point, points_of
from softback.course.formula.read import is_empty, parse
from softback.course.formula.show import mathml
from softback.course.formula.tree import FormulaError, Node, sentence
from softback.course.formula.value import Value, evaluate

# Values of mistakes are stored with ten digits.
STORED = 1e-9
DIGITS, ALL_DIGITS = 4, 17


@dataclass(frozen=True)
class Judgement:
    """What a judge says of a formula.

    Parameters
    ----------
    kind : str
        ``right``, ``slip`` for a mistake with a name, ``wrong``, ``unread`` for what is not a
        formula, ``novalue`` for one that has none at some draw, ``empty``.
    message : str
        A sentence or two, in Markdown.
    slip : str
        The id of the mistake, or "".
    at, to : int or None
        The place in the text that the message speaks of.
    """

    kind: str
    message: str
    slip: str = ""
    at: int | None = None
    to: int | None = None

    @property
    def passed(self) -> bool:
        """Whether the formula is right."""
        return self.kind == "right"


class Judge:
    """The judge of one question.

    Parameters
    ----------
    data : dict
        What `Question.export` returned.
    """

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data
        self.points = list(points_of(data))
        self.right = [Value(x, data["bound"]) for x in data["right"]]

    def __call__(self, text: str) -> Judgement:
        """Return the judgement on what a reader typed."""
        if is_empty(text):
            return Judgement("empty", sentence("empty"))
        try:
            return self.compare(parse(text, self.data["scope"]))
        except FormulaError as error:
            return Judgement("unread", str(error), at=error.at, to=error.to)

    def compare(self, tree: Node) -> Judgement:
        """Return the judgement on a tree; a `FormulaError` if it takes too long to compute."""
        values = self.values(tree)
        good = self.agreeing(values)
        if all(good):
            return Judgement("right", self._say("right", classes=self.data["classes"]))
        if slip := self.slip(values):
            return Judgement("slip", slip["says"], slip["id"])
        if error := self.error(values):
            return Judgement("novalue", str(error), at=error.at, to=error.to)
        return Judgement("wrong", self._difference(values, good))

    def values(self, tree: Node) -> list[Value | FormulaError]:
        """Return the value at each point, or the error where there is none."""
        return [self._value(tree, point) for point in self.points]

    def _value(self, tree: Node, point: Point) -> Value | FormulaError:
        try:
            return evaluate(tree, *point[:2])
        except FormulaError as error:
            if error.says == "steps":
                raise
            return FormulaError(error.says, error.at, error.to, where=self.where(point))

    def agreeing(self, values: Sequence[Value | FormulaError]) -> list[bool]:
        """Return for each point whether the value is the right one."""
        pairs = zip(values, self.right, strict=True)
        return [isinstance(x, Value) and x.close(right) for x, right in pairs]

    def slip(self, values: Sequence[Value | FormulaError]) -> dict[str, Any] | None:
        """Return the first mistake that has these values."""
        for slip in self.data["slips"]:
            if any(_gives(values, stored) for stored in slip["values"]):
                return slip
        return None

    def error(self, values: Sequence[Value | FormulaError]) -> FormulaError | None:
        """Return the first error among the values."""
        return next((x for x in values if isinstance(x, FormulaError)), None)

    def right_for(self, good: Sequence[bool]) -> tuple[list[str], list[int], int]:
        """Return the cases and numbers of classes that are right, and how many cases are not."""
        cases, right_cases = self._right(3, good)
        return right_cases, self._right(2, good)[1], len(cases) - len(right_cases)

    def _right(self, part: int, good: Sequence[bool]) -> tuple[list[Any], list[Any]]:
        """Return the values of a part of the points, and those for which all is right."""
        pairs = [(point[part], ok) for point, ok in zip(self.points, good, strict=True)]
        every = list(dict.fromkeys(x for x, _ in pairs))
        return every, [x for x in every if (x, False) not in pairs]

    def numbers(self, values: Sequence[Any], n: int) -> dict[str, Any]:
        """Return what a sentence says of a point: what was found there, and what is right."""
        *_, C, case = point = self.points[n]
        found, wanted = _apart(values[n], self.right[n])
        where = self.where(point)
        return {"found": found, "wanted": wanted, "case": case, "C": C, "where": where}

    def _difference(self, values: Sequence[Any], good: list[bool]) -> str:
        numbers = self.numbers(values, good.index(False))
        cases, classes, others = self.right_for(good)
        if cases:
            says = "one-case" if others == 1 else "some-cases"
            return self._say(says, **numbers, good="; ".join(cases))
        if classes:
            return self._say("few-classes", **numbers, good=", ".join(map(str, classes)))
        return self._say("wrong-case" if others > 1 else "wrong", **numbers)

    def _say(self, says: str, **values: Any) -> str:
        return sentence(says, asked=self.data["asked"], **values)

    def where(self, point: Point) -> str:
        """Name the numbers of a draw and the places of the indices."""
        world, at, *_ = point
        inputs = [f"{name} = `{_shown(world.draw[name])}`" for name in self.data["inputs"]]
        return ", ".join([*inputs, *(f"{letter} = {k + 1}" for letter, k in at.items())])


def echo(data: dict[str, Any], text: str) -> str:
    """Return MathML of a text that is being typed: what is missing or unreadable is a box."""
    end = len(text)
    for _ in range(3):
        if end <= 0:
            break
        try:
            return mathml(parse(text[:end], data["scope"], holes=True))
        except FormulaError as error:
            end = min(error.at, end - 1)
    return ""


def _gives(values: Sequence[Value | FormulaError], stored: Sequence[float | None]) -> bool:
    return all(
        x is None
        if isinstance(found, FormulaError)
        else x is not None and abs(found.value - x) <= 4 * found.error + STORED * abs(x)
        for found, x in zip(values, stored, strict=True)
    )


def _shown(x: Any) -> str:
    return f"[{', '.join(map(_shown, x))}]" if isinstance(x, list) else f"{x:g}"


def _apart(a: Value, b: Value) -> tuple[str, str]:
    """Return two numbers with as many digits as show that they differ."""
    for digits in range(DIGITS, ALL_DIGITS + 2, 2):
        pair = number(a, digits), number(b, digits)
        if pair[0] != pair[1]:
            break
    return pair


def number(x: Value, count: int) -> str:
    """Return a value with so many significant digits; what may be zero is zero."""
    if abs(x.value) <= 4 * x.error:
        return "0"
    # JavaScript rounds halves away from zero; a format string would round them to even.
    rounded = Context(prec=count, rounding=ROUND_HALF_UP).create_decimal_from_float(abs(x.value))
    digits, exponent = "".join(map(str, rounded.as_tuple().digits)).rstrip("0"), rounded.adjusted()
    sign = "-" if x.value < 0 else ""
    if exponent < -5 or exponent > 8:
        return f"{sign}{digits[0]}{'.' * bool(digits[1:])}{digits[1:]}e{exponent}"
    if exponent < 0:
        return f"{sign}0.{'0' * (-exponent - 1)}{digits}"
    whole, rest = digits[: exponent + 1].ljust(exponent + 1, "0"), digits[exponent + 1 :]
    return f"{sign}{whole}{'.' * bool(rest)}{rest}"
