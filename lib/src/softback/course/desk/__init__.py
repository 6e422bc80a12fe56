"""The desk: a derivation is written line by line, and each line is answered.

In a notebook::

    check("pullback", ["sum_i(g_i*y_i*(delta_ij - y_j))", "y_j*(g_j - sum_k(g_k*y_k))"])

For a page there are `Level.data`, ready for JSON, and `script`, an ES module with ``judgeLine(data,
text, above, name)``, which returns what `Line` holds, ``progress(data, trees)``, ``start(data)``,
``changes`` and what the formulas of a page need.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from softback.course.desk.level import LEVELS, RULES, Level
from softback.course.desk.line import Desk, Line
from softback.course.formula import Node

__all__ = ["LEVELS", "RULES", "Derived", "Desk", "Level", "Line", "check", "progress", "script"]


@dataclass(frozen=True)
class Derived:
    """What is said of the lines of a level.

    Parameters
    ----------
    passed : bool
        Whether all lines are right and the goal is reached.
    message : str
        What to say first, in Markdown.
    lines : tuple of Line
        Of each line, up to the first that is not right.
    waypoints : tuple of (int, str or None)
        For each waypoint the number of the line that reached it, "passed" where only a later one
        was reached, or None.
    """

    passed: bool
    message: str
    lines: tuple[Line, ...]
    waypoints: tuple[int | str | None, ...]

    def __bool__(self) -> bool:
        """Return whether the level is done."""
        return self.passed

    def _repr_markdown_(self) -> str:
        return self.message


def check(level: str, lines: Sequence[str]) -> Derived:
    """Return what is said of a derivation.

    Parameters
    ----------
    level : str
        Its id, such as ``"pullback"``.
    lines : sequence of str
        One formula each; each must equal the one above, the first one the start.

    Raises
    ------
    ValueError
        If there is no such level.
    """
    if level not in LEVELS:
        raise ValueError(f"level is {level!r}; it must be one of {', '.join(LEVELS)}")
    desk = Desk(LEVELS[level])
    above, name, said = desk.level.start, "the start", []
    for number, text in enumerate(lines, 1):
        said.append(desk.line(text, above, name))
        tree = said[-1].tree
        if tree is None or said[-1].kind not in ("right", "same"):
            break
        above, name = tree, f"line {number}"
    return _derived(desk, said)


def _derived(desk: Desk, said: list[Line]) -> Derived:
    trees = [line.tree for line in said if line.kind in ("right", "same") and line.tree]
    waypoints = progress(desk, trees)
    false = next((line for line in said if line.kind not in ("right", "same")), None)
    if false:
        parts = [f"Line {len(said)}: {false.message}", *false.reasons]
        return Derived(False, " ".join(parts), tuple(said), waypoints)
    if waypoints[-1] is None:
        ahead = desk.level.waypoints[waypoints.index(None)].says
        return Derived(False, f"All lines are right so far. Next: {ahead}.", tuple(said), waypoints)
    passed = [
        waypoint.says
        for waypoint, line in zip(desk.level.waypoints, waypoints, strict=True)
        if line == "passed"
    ]
    skipped = f" Your lines went past: {'; '.join(passed)}." if passed else ""
    return Derived(True, f"Right: the goal is reached.{skipped}", tuple(said), waypoints)


def progress(desk: Desk, trees: Sequence[Node]) -> tuple[int | str | None, ...]:
    """Return for each waypoint the line that reached it, "passed", or None."""
    reached = [desk.reached(tree) for tree in trees]
    numbers = range(len(desk.waypoints))
    last = max((w for marks in reached for w in numbers if marks[w]), default=-1)

    def of(w: int) -> int | str | None:
        first = next((n for n, marks in enumerate(reached, 1) if marks[w]), None)
        return first or ("passed" if w < last else None)

    return tuple(map(of, numbers))


@cache
def script() -> str:
    """Return the text of an ES module for a page with the desk."""
    from softback.explorers import _bundle  # a page has another module of that name

    exports = ("judge", "echo", "parse", "mathml", "tex", "typed", "judgeLine", "progress", "start")
    return _bundle.module(Path(__file__).with_name("desk.mjs"), exports)
