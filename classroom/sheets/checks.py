"""Refuse a sheet that would be handed out wrong."""

import ast
import re
from itertools import pairwise

from . import regions
from .errors import SheetError
from .model import HIDDEN_TEST, SOLUTION, TEST

PROMISE = re.compile(r"^\*\*(\d+(?:\.\d+)?) points?, about (\d+) minutes\.\*\*", re.M)
WORTH = re.compile(r"^\*(\d+(?:\.\d+)?) points?[.,]", re.M)
GATE = re.compile(r"^(?P<fence>`{3,})\{exercise-(?P<side>start|end)\}", re.M)
NAMED = re.compile(r"^(?::(?:label|name): *(?P<option>\S+)|\((?P<target>[\w-]+)\)=)$", re.M)
MARKERS = f"Put {regions.BEGIN} and {regions.END} in lines of their own around the answer"


def check(sheet):
    """Raise a `SheetError` for the first thing that is wrong with a sheet as a whole."""
    for cell in sheet.cells:
        _belongs(sheet, cell)
        if cell.type == "code":
            _markers(sheet, cell)
            _syntax(sheet, cell)
    _labels(sheet)
    _gates(sheet)
    for exercise in sheet.exercises:
        _counts(sheet, exercise)
        _says_points(sheet, exercise)
    _says_all_points(sheet)


def _belongs(sheet, cell):
    if cell.role and cell.exercise is None:
        remedy = "Start one above it: ```{exercise-start} Title, and :label: ex-NAME below that"
        raise SheetError(
            sheet.path, cell.line, f"the cell tagged {cell.role} belongs to no exercise", remedy
        )


def _markers(sheet, cell):
    if found := regions.fault(cell.source):
        raise SheetError(sheet.path, cell.line + found[0] - 1, found[1], MARKERS)
    marked = any(line.strip() == regions.BEGIN for line in cell.source.split("\n"))
    if cell.role == SOLUTION and not marked:
        raise SheetError(
            sheet.path, cell.line, "the solution does not say where it begins", MARKERS
        )
    if cell.role != SOLUTION and marked:
        remedy = "Tag the cell solution, or remove the markers"
        raise SheetError(sheet.path, cell.line, "an answer stands outside of a solution", remedy)


def _syntax(sheet, cell):
    for code in {cell.solved(), cell.stub()}:
        try:
            ast.parse(code)
        except SyntaxError as error:
            problem = f"the code is not Python: {error.msg}: {(error.text or '').strip()!r}"
            remedy = "Repair it; cells of a sheet use no magics"
            raise SheetError(sheet.path, cell.line, problem, remedy) from error


def _labels(sheet):
    seen = {}
    for cell in sheet.cells:
        for match in NAMED.finditer(cell.source) if cell.type == "markdown" else ():
            line = cell.line + cell.source[: match.start()].count("\n")
            label = match["option"] or match["target"]
            if label in seen:
                problem = f"the label {label} is already that of line {seen[label]}"
                raise SheetError(sheet.path, line, problem, "Give each its own label")
            seen[label] = line


def _gates(sheet):
    gates = [(match["side"], cell.line + cell.source[: match.start()].count("\n"))
             for cell in sheet.cells if cell.type == "markdown"
             for match in GATE.finditer(cell.source)]  # fmt: skip
    for (before, _), (side, line) in pairwise([("end", 0), *gates, ("start", 0)]):
        if before == side == "end":
            remedy = "Remove it, or start the exercise with {exercise-start}"
            raise SheetError(sheet.path, line, "exercise-end ends no exercise", remedy)
    for (side, line), (after, _) in pairwise([*gates, ("start", 0)]):
        if side == after == "start":
            remedy = "Put ```{exercise-end} below its statement, and ``` below that"
            raise SheetError(sheet.path, line, "the exercise does not end", remedy)


def _counts(sheet, exercise):
    cells = [cell for cell in sheet.cells if cell.exercise == exercise.label]
    roles = {cell.role for cell in cells}
    if not sheet.points_of(exercise.label):
        remedy = "Add a cell tagged test, hidden-test or answer, and points-N"
        raise SheetError(
            sheet.path, cells[0].line, f"nothing of the exercise {exercise.label} counts", remedy
        )
    if SOLUTION not in roles and roles & {TEST, HIDDEN_TEST}:
        remedy = "Add the cell that students complete, tagged solution"
        raise SheetError(
            sheet.path, cells[0].line, f"the exercise {exercise.label} tests nothing", remedy
        )


def _says_points(sheet, exercise):
    text = next(cell for cell in sheet.cells if cell.exercise == exercise.label)
    worth = sheet.points_of(exercise.label)
    statement = text.source[text.source.rindex(f":label: {exercise.label}") :]
    said = WORTH.search(statement)
    if said is None or float(said[1]) != worth:
        problem = f"the exercise {exercise.label} does not say its {worth:g} points"
        remedy = f"Begin its statement with *{worth:g} points.* or change the tags points-N"
        raise SheetError(sheet.path, text.line, problem, remedy)


def _says_all_points(sheet):
    said = next(filter(None, (PROMISE.search(cell.source) for cell in sheet.cells)), None)
    if said is None or float(said[1]) != sheet.points:
        problem = f"the sheet does not say its {sheet.points:g} points and its time"
        remedy = f"Write below the title: **{sheet.points:g} points, about 60 minutes.**"
        raise SheetError(sheet.path, 1, problem, remedy)
