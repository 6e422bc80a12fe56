"""What the book asks and answers: tasks with their checks, one catalogue of mistakes, the museum.

Importing it loads NumPy and nothing else; proofs need the extra ``symbolic``.
"""

from softback.course import _mistakes  # noqa: F401  (enters them into the catalogue)
from softback.course._mistakes.suspects import SUSPECTS
from softback.course.catalogue import MISTAKES, Mistake, mistake
from softback.course.lessons import Lessons, lessons
from softback.course.museum.checks import CHECKS, Check
from softback.course.museum.collection import EXHIBITS, Room, exhibit, headings, matrix, room
from softback.course.museum.exhibit import Exhibit
from softback.course.museum.table import Table, table
from softback.course.notebook import short_errors
from softback.course.tasks import TASKS, check
from softback.course.verdict import CheckFailed, Verdict, same

__all__ = [
    "CHECKS",
    "EXHIBITS",
    "MISTAKES",
    "SUSPECTS",
    "TASKS",
    "Check",
    "CheckFailed",
    "Exhibit",
    "Lessons",
    "Mistake",
    "Room",
    "Table",
    "Verdict",
    "check",
    "exhibit",
    "headings",
    "lessons",
    "matrix",
    "mistake",
    "room",
    "same",
    "short_errors",
    "table",
]
