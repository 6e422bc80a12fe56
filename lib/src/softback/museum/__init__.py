"""A museum of wrong softmaxes: what each looks like, what shows it, and which check catches it.

Nothing else in the library uses it. Importing it loads NumPy and nothing else; the check by proof
needs the extra ``symbolic``.
"""

from softback.museum._checks import CHECKS, Check
from softback.museum._collection import CONTROLS, EXHIBITS, exhibit, matrix
from softback.museum._exhibit import Exhibit
from softback.museum._table import Table, table

__all__ = [
    "CHECKS",
    "CONTROLS",
    "EXHIBITS",
    "Check",
    "Exhibit",
    "Table",
    "exhibit",
    "matrix",
    "table",
]
