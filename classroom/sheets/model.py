"""A sheet and its cells, as they are used for notebooks, pages and grading."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from . import regions

SOLUTION = "solution"
TEST = "test"
HIDDEN_TEST = "hidden-test"
ANSWER = "answer"
ROLES = (SOLUTION, TEST, HIDDEN_TEST, ANSWER)


@dataclass(frozen=True)
class Cell:
    """One cell of a sheet.

    Attributes
    ----------
    type : str
        ``"markdown"`` or ``"code"``.
    role : str or None
        ``"solution"``, ``"test"``, ``"hidden-test"``, ``"answer"``, or None for all other cells.
    source : str
        The text as it stands in the file, with the markers of solutions.
    exercise : str or None
        The label of the exercise that it belongs to.
    name : str
        An id that no other cell of the sheet has, such as ``"ex-softmax-hidden-test"``.
    points : float
        What it counts, 0 if it does not.
    line : int
        Where its text begins in the file, counted from 1.
    metadata : mapping
        What else the file says about the cell, such as how its figure is shown.
    """

    type: str
    role: str | None
    source: str
    exercise: str | None
    name: str
    points: float
    line: int
    metadata: Mapping = field(default_factory=dict, hash=False)

    @property
    def functions(self) -> tuple[str, ...]:
        """Names of the functions that students write: those at the top level of a solution."""
        code = ast.parse(self.source).body if self.role == SOLUTION else ()
        return tuple(part.name for part in code if isinstance(part, ast.FunctionDef))

    def stub(self) -> str:
        """Return the text with a stub in place of each answer."""
        return regions.stub(self.source)

    def solved(self) -> str:
        """Return the text with its answers and without the markers."""
        return regions.solved(self.source)


@dataclass(frozen=True)
class Exercise:
    """One exercise: its label, its title, and its number in the sheet, counted from 1."""

    label: str
    title: str
    number: int

    @property
    def heading(self) -> str:
        """Its heading in a notebook, which is the name that students know."""
        return f"Exercise {self.number}: {self.title}"


@dataclass(frozen=True)
class Sheet:
    """One exercise sheet.

    Attributes
    ----------
    path : pathlib.Path
        The file.
    name : str
        Its name without the ending.
    title : str
        Its first heading.
    cells : tuple of Cell
    exercises : tuple of Exercise
    """

    path: Path
    name: str
    title: str
    cells: tuple[Cell, ...]
    exercises: tuple[Exercise, ...] = ()

    @property
    def functions(self) -> tuple[str, ...]:
        """Names of all functions that students write."""
        return tuple(name for cell in self.cells for name in cell.functions)

    @property
    def points(self) -> float:
        """The points of the whole sheet."""
        return sum(cell.points for cell in self.cells)

    def points_of(self, label: str) -> float:
        """Return the points of an exercise."""
        return sum(cell.points for cell in self.cells if cell.exercise == label)
