"""What the tags of a cell mean."""

import re

from .errors import SheetError
from .model import ANSWER, HIDDEN_TEST, ROLES, SOLUTION, TEST

POINTS = re.compile(r"points-(\d+(?:\.\d+)?)")
COUNTED = (TEST, HIDDEN_TEST, ANSWER)
# What the book does with a cell, which does not concern a sheet.
FOR_PAGES = ("hide-input", "hide-output", "remove-output")
TYPES = {SOLUTION: "code", TEST: "code", HIDDEN_TEST: "code", ANSWER: "markdown"}


def meaning(raw, path, line):
    """Return the role of a cell and its points.

    Parameters
    ----------
    raw : nbformat.NotebookNode
        The cell as jupytext reads it.
    path : pathlib.Path
    line : int
        Where it stands, for errors.

    Raises
    ------
    SheetError
        If a tag is not known, or does not fit the cell or the other tags.
    """
    role = _role(raw, path, line)
    points = [tag for tag in _tags(raw) if tag.startswith("points-")]
    if role not in COUNTED:
        if points:
            remedy = f"Put {points[0]} on a test, a hidden test or an answer"
            raise SheetError(
                path, line, f"the tag {points[0]} stands where nothing is counted", remedy
            )
        return role, 0.0
    value = float(POINTS.fullmatch(points[0])[1]) if len(points) == 1 else 0.0
    if not value:
        remedy = "Give it one tag points-N with N above 0, such as points-1"
        raise SheetError(path, line, f"the cell tagged {role} does not say its points", remedy)
    return role, value


def rest(raw):
    """Return the metadata of a cell without our own tags."""
    kept = [tag for tag in _tags(raw) if tag in FOR_PAGES]
    other = {key: value for key, value in raw.metadata.items() if key != "tags"}
    return other | ({"tags": kept} if kept else {})


def _tags(raw):
    return raw.metadata.get("tags", [])


def _role(raw, path, line):
    for tag in _tags(raw):
        if tag not in (*ROLES, *FOR_PAGES) and not POINTS.fullmatch(tag):
            known = ", ".join((*ROLES, "points-N", *FOR_PAGES))
            raise SheetError(path, line, f"the tag {tag!r} is not known", f"Use one of {known}")
    roles = [tag for tag in _tags(raw) if tag in ROLES]
    if len(roles) > 1:
        problem = f"the cell is tagged {' and '.join(roles)}"
        raise SheetError(path, line, problem, "Make a cell of its own of each")
    if roles and TYPES[roles[0]] != raw.cell_type:
        kind = {"code": "a code cell", "markdown": "a Markdown cell (+++)"}[TYPES[roles[0]]]
        raise SheetError(path, line, f"the tag {roles[0]} stands on the wrong kind of cell",
                         f"It belongs on {kind}")  # fmt: skip
    return roles[0] if roles else None
