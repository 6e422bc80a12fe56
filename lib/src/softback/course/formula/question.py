"""What a question asks, and the data that both judges need to answer it.

`Question.export` returns them as a dictionary that is ready for JSON, with the keys

``id``, ``asked``
    Its name, and what the formula must equal, as a sentence names it.
``scope``, ``known``
    What the grammar needs, see `softback.course.formula.read`; and the names that an answer may
    hold, as they are typed, for a page to announce.
``signatures``, ``define``
    The kinds of indices of all names, and the texts of those that are defined, such as
    ``y_i = exp(z_i)/S``, each after those that it needs.
``draws``, ``inputs``
    Numbers with two decimals, so that a sentence shows them exactly: for each draw how many classes
    (C) and rows (N) there are and what the names that are not defined stand for; and those names.
``cases``, ``places``
    The ways in which free indices coincide (``i = j``), and for each draw and case which places the
    free indices stand for, None where the draw is too small.
``right``, ``bound``
    The right values, one for each point, that is for each place that is not None, and a bound of
    their errors. The right formula is not there.
``classes``
    The numbers of classes, as a sentence names them.
``slips``
    The mistakes, in the order in which they are tried: ``id``, ``says`` and the ``values`` of each
    wrong formula, with ten digits, None where it has no value.

`softback.course.formula.script` returns the text of an ES module with ``judge(data, text)``, which
returns ``{kind, passed, message, slip, at, to}``, and ``echo(data, text)``, which returns MathML.
"""

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from softback.course.formula.read import Scope, example, parse
from softback.course.formula.tree import FormulaError, Node
from softback.course.formula.value import Definition, Value, World, evaluate

# How many classes, rows and features there are. C = 3 comes first: it is what sentences show.
SIZES = (
    {"C": 3, "N": 2, "D": 2},
    {"C": 2, "N": 3, "D": 2},
    {"C": 5, "N": 2, "D": 3},
    {"C": 3, "N": 4, "D": 1},
)
KINDS = {"C": "ijklmn"}
MATRIX = {"C": "ijkl", "N": "nm"}
NAMES = {"z": "C", "g": "C", "t": "C", "v": "C", "T": "", "c": "", "C": "", "delta": "=="}
DEFINE = ("S = sum_k(exp(z_k))", "y_i = exp(z_i)/S")
RANGES = {"z": (-1.5, 1.5), "t": (0.1, 1.0), "T": (1.2, 3.0)}
OTHERS = (-2.0, 2.0)
# How many digits the value of a mistake has in the data.
STORED = 10


@dataclass(frozen=True)
class Slip:
    """A mistake that a wrong formula comes of: its id, its sentence, its formulas."""

    id: str
    says: str
    formulas: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """Something whose answer is a formula.

    Parameters
    ----------
    id, asked : str
        Its name, and what the formula must equal, as a sentence names it.
    right : str
        The right formula. It never leaves Python.
    free : str
        The indices that stand for an entry, such as ``ij``.
    names : str
        The names that an answer may hold, with blanks between them.
    slips : tuple of Slip
        The mistakes, the first that fits is named.
    apart : bool
        Whether free indices of one kind never coincide.
    define : tuple of str
        What is defined, in this order: ``s = sum_k(g_k*y_k)``.
    kinds, signatures : mapping
        The letters of each kind of index, and the kinds of indices of the names that are drawn.
    scaled : str
        The names that sum to one.
    derivatives : bool
        Whether ``d(…, z_j)`` may stand in an answer.
    """

    id: str
    asked: str
    right: str
    free: str
    names: str
    slips: tuple[Slip, ...] = ()
    apart: bool = False
    define: tuple[str, ...] = DEFINE
    kinds: Mapping[str, str] = field(default_factory=lambda: KINDS)
    signatures: Mapping[str, str] = field(default_factory=lambda: NAMES)
    scaled: str = ""
    derivatives: bool = False

    @cached_property
    def known(self) -> dict[str, str]:
        """The kinds of indices of all names, drawn and defined."""
        known = dict(self.signatures)
        for text in self.define:
            base, _, letters = text.split(" = ")[0].partition("_")
            known[base] = "".join(self.kind(letter) for letter in letters)
        return known

    @cached_property
    def scope(self) -> Scope:
        """What the grammar needs to read an answer."""
        return {
            "free": self.free,
            "kinds": dict(self.kinds),
            "names": {name: self.known[name] for name in self.names.split()},
            "derivatives": self.derivatives,
        }

    def parse(self, text: str) -> Node:
        """Return the tree of a formula in the names of the question."""
        return parse(text, self.scope)

    @cached_property
    def tree(self) -> Node:
        """The tree of the right formula, which may be a derivative and hold any name."""
        return parse(self.right, self.everything(self.free))

    def export(self) -> dict[str, Any]:
        """Return all that a judge needs, ready for JSON; see above.

        Raises
        ------
        ValueError
            If a mistake gives what is right, or what another mistake gives: one sentence must then
            name both.
        """
        define, used = self._needed()
        draws = list(self._draws(used))
        inputs = [name for name in draws[0] if name not in self.kinds]
        data: dict[str, Any] = {
            "id": self.id,
            "asked": self.asked,
            "scope": self.scope,
            "known": [example(name, self.scope) for name in self.scope["names"]],
            "signatures": self.known,
            "define": define,
            "draws": draws,
            "inputs": inputs,
            "cases": self._case_names(),
            "places": [self._places(n, draw) for n, draw in enumerate(draws)],
            "classes": _listed(sorted({draw["C"] for draw in draws})),
        }
        points = list(points_of(data))
        right = [evaluate(self.tree, world, at) for world, at, *_ in points]
        data["right"] = [_stored(x, 17) for x in right]
        data["bound"] = float(f"{1.1 * max(x.error for x in right):.1e}")
        data["slips"] = [self._slip(slip, points) for slip in self.slips]
        self._check(data["right"], data["slips"])
        return data

    def _slip(self, slip: Slip, points: Sequence) -> dict[str, Any]:
        trees = map(self.parse, slip.formulas)
        values = [[_stored_or_none(tree, world, at) for world, at, *_ in points] for tree in trees]
        return {"id": slip.id, "says": slip.says, "values": values}

    def _check(self, right: list[float], slips: list[dict[str, Any]]) -> None:
        taken = {"the right formula": [float(f"{x:.{STORED - 1}e}") for x in right]}
        for slip in slips:
            for values in slip["values"]:
                for other, known in taken.items():
                    if values == known:
                        raise ValueError(f"{self.id}: {other} and {slip['id']} give the same")
            taken |= {f"{slip['id']} ({n})": values for n, values in enumerate(slip["values"])}

    def kind(self, letter: str) -> str:
        """Return the kind of an index, such as C."""
        return next(kind for kind, letters in self.kinds.items() if letter in letters)

    def _needed(self) -> tuple[list[str], set[str]]:
        """Return the definitions that the question uses, directly or not, and all names it uses."""
        needed: list[str] = []
        used = {*self.names.split(), *_bases(self.tree)}
        for text in reversed(self.define):
            name, formula = text.split(" = ")
            base, _, letters = name.partition("_")
            if base in used:
                needed.insert(0, text)
                used |= _bases(parse(formula, self.everything(letters)))
        return needed, used

    def everything(self, free: str) -> Scope:
        """Return the scope of what the question itself says: all names and derivatives."""
        return {**self.scope, "names": self.known, "free": free, "derivatives": True}

    # --- Draws and places ---

    def _draws(self, used: set[str]) -> Iterator[dict[str, Any]]:
        defined = {text.split(" = ")[0].partition("_")[0] for text in self.define}
        drawn = [name for name in self.signatures if name in used - defined - {"delta", "C"}]
        for n, sizes in enumerate(SIZES):
            draw: dict[str, Any] = {kind: sizes[kind] for kind in {"C": "", **self.kinds}}
            for name in drawn:
                # A seed for each name: another name in a question leaves its numbers alone.
                roll, shape = random.Random(f"{n} {name}"), self.signatures[name]
                draw[name] = self._entries(name, [sizes[kind] for kind in shape], roll)
            yield draw

    def _entries(self, name: str, shape: list[int], roll: random.Random) -> Any:
        if not shape:
            return _distinct(name, 1, roll)[0]
        *outer, last = shape
        if outer:
            return [self._entries(name, [*outer[1:], last], roll) for _ in range(outer[0])]
        return _shares(last, roll) if name in self.scaled else _distinct(name, last, roll)

    def _groupings(self) -> list[dict[str, int]]:
        """Return the ways in which free indices coincide: a number for each letter, by kind."""
        found: list[dict[str, int]] = [{}]
        for letter in self.free:
            longer = []
            for groups in found:
                same = [groups[other] for other in groups if self.kind(other) == self.kind(letter)]
                new = max(same, default=-1) + 1
                options = [new] if self.apart else range(new + 1)
                longer += [{**groups, letter: group} for group in options]
            found = longer
        return found

    def pairs(self) -> list[tuple[str, str]]:
        """Return the pairs of free indices of one kind."""
        pairs = itertools.combinations(self.free, 2)
        return [(a, b) for a, b in pairs if self.kind(a) == self.kind(b)]

    def _case_names(self) -> list[str]:
        return [
            ", ".join(f"{a} {'=' if groups[a] == groups[b] else '≠'} {b}" for a, b in self.pairs())
            for groups in self._groupings()
        ]

    def _places(self, n: int, draw: dict[str, Any]) -> list[list[int] | None]:
        """Return for each case places of the free indices in a draw: any, not just the first."""
        order = {}
        for kind in self.kinds:
            order[kind] = list(range(draw[kind]))
            random.Random(f"{n} {kind}").shuffle(order[kind])
        return [
            None
            if any(group >= draw[self.kind(letter)] for letter, group in groups.items())
            else [order[self.kind(letter)][group] for letter, group in groups.items()]
            for groups in self._groupings()
        ]


Point = tuple[World, dict[str, int], int, str]


def points_of(data: dict[str, Any]) -> Iterator[Point]:
    """Yield each point of exported data: the world, the places, the number of classes, the case."""
    scope = {**data["scope"], "names": data["signatures"], "derivatives": True}
    definitions = {}
    for text in data["define"]:
        name, formula = text.split(" = ")
        base, _, letters = name.partition("_")
        definitions[base] = Definition(letters, parse(formula, {**scope, "free": letters}))
    for draw, places in zip(data["draws"], data["places"], strict=True):
        world = World(scope, definitions, draw)
        for case, place in zip(data["cases"], places, strict=True):
            if place is not None:
                at = dict(zip(data["scope"]["free"], place, strict=True))
                yield world, at, draw["C"], case


def _bases(tree: Node) -> set[str]:
    """Return the names in a tree."""
    own = {tree.base} if tree.kind == "name" else {"z"} if tree.kind == "d" else set()
    return own.union(*map(_bases, tree.parts()))


def _distinct(name: str, count: int, roll: random.Random) -> list[float]:
    """Return numbers with two decimals that differ by a tenth, from each other, 0 and 1."""
    low, high = RANGES.get(name, OTHERS)
    found: list[float] = []
    while len(found) < count:
        x = round(roll.uniform(low, high), 2)
        if all(abs(x - other) > 0.09 for other in (0, 1, *found)):
            found.append(x)
    return found


def _shares(count: int, roll: random.Random) -> list[float]:
    """Return numbers with two decimals that sum to one."""
    cuts = sorted(roll.sample(range(1, 10), count - 1))
    ends = [10 * cut + roll.randint(-3, 3) for cut in cuts]
    return [(b - a) / 100 for a, b in itertools.pairwise([0, *ends, 100])]


def _listed(numbers: list[int]) -> str:
    *first, last = map(str, numbers)
    return f"{', '.join(first)} and {last}"


def _stored(x: Value, digits: int) -> float:
    return 0.0 if abs(x.value) <= 4 * x.error else float(f"{x.value:.{digits - 1}e}")


def _stored_or_none(tree: Node, world: World, at: dict[str, int]) -> float | None:
    try:
        return _stored(evaluate(tree, world, at), STORED)
    except FormulaError:
        return None
