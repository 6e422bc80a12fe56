"""Exercise sheets: one source in MyST Markdown, and everything that is handed to somebody.

A sheet is a notebook in plain text, with the header of a chapter. Tags say what each cell is for:

===================== ======== ==================================================================
tag                   cell     what it holds
===================== ======== ==================================================================
``solution``          code     between ``### BEGIN SOLUTION`` and ``### END SOLUTION`` the answer
``test``              code     a check that students see
``hidden-test``       code     a check that the grader alone sees
``answer``            Markdown the model answer to a question that a person reads
``points-N``          those    what it counts; not on solutions
===================== ======== ==================================================================

A cell belongs to the exercise that was started last, by sphinx-exercise's ``exercise-start``.
"""

from .errors import SheetError
from .model import ANSWER, HIDDEN_TEST, SOLUTION, TEST, Cell, Sheet
from .plain import plain
from .reading import read

__all__ = [
    "ANSWER",
    "HIDDEN_TEST",
    "SOLUTION",
    "TEST",
    "Cell",
    "Sheet",
    "SheetError",
    "plain",
    "read",
]
