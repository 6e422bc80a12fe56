"""Refuse a sheet that has a fault before it is handed out."""

import ast
import re

from . import regions
from .answers import MARKING
from .errors import SheetError
from .model import ANSWER, HIDDEN_TEST, SOLUTION, TEST
from .plain import plain

PROMISE = re.compile(r"^\*\*(\d+(?:\.\d+)?) points?, about \d+ minutes\.\*\*", re.M)
WORTH = re.compile(r"^\*(\d+(?:\.\d+)?) points?[.,]", re.M)
GATE = re.compile(r"^`{3,}\{exercise-(?P<side>start|end)\}", re.M)
SOLVED = re.compile(r"^[`:]{3,}\{solution(?:-start)?\}", re.M)
NAMED = re.compile(r"^(?::(?:label|name): *(?P<option>\S+)|\((?P<target>[\w-]+)\)=)$", re.M)
# What lets an empty array, another shape or a stretched number pass.
LOOSE = ("allclose", "isclose", "array_equal", "array_equiv", "assert_allclose")
# What returns a verdict; `check_vjp` of the library raises by itself.
CHECK = "check"
MARKERS = f"Put {regions.BEGIN} and {regions.END} in lines of their own around the answer"


def check(sheet):
    """Raise a `SheetError` for the first thing that is wrong with a sheet as a whole."""
    for cell in sheet.cells:
        _check_place(sheet, cell)
        if cell.type == "code":
            _check_markers(sheet, cell)
            _check_syntax(sheet, cell)
            _check_test(sheet, cell)
            _check_secrets(sheet, cell)
        else:
            _check_text(sheet, cell)
    _check_labels(sheet)
    _check_gates(sheet)
    for exercise in sheet.exercises:
        cells = [cell for cell in sheet.cells if cell.exercise == exercise.label]
        _check_purpose(sheet, exercise.label, cells)
        _check_worth(sheet, exercise.label, cells[0])
    _check_promise(sheet)


def _refuse(sheet, cell, problem, remedy, *, below=0):
    raise SheetError(sheet.path, cell.line + below, problem, remedy)


def _lines_before(text, match):
    return text[: match.start()].count("\n")


def _check_place(sheet, cell):
    if cell.role and cell.exercise is None:
        remedy = "Start one above it: ```{exercise-start} Title, and :label: ex-NAME below that"
        _refuse(sheet, cell, f"the cell tagged {cell.role} belongs to no exercise", remedy)
    checks = any(word in cell.source for word in ("assert ", ".require()"))
    if checks and cell.role is None and cell.exercise and cell.type == "code":
        remedy = "Tag it test or hidden-test, and points-N"
        _refuse(sheet, cell, "a check has no tag, and would be handed out", remedy)


def _check_markers(sheet, cell):
    if found := regions.fault(cell.source):
        line, problem = found
        _refuse(sheet, cell, problem, MARKERS, below=line - 1)
    marked = any(line.strip() == regions.BEGIN for line in cell.source.split("\n"))
    if cell.role == SOLUTION and not marked:
        _refuse(sheet, cell, "the solution has no markers", MARKERS)
    if cell.role != SOLUTION and marked:
        remedy = "Tag the cell solution, or remove the markers"
        _refuse(sheet, cell, "an answer stands outside of a solution", remedy)


def _check_syntax(sheet, cell):
    for code in (cell.solved(), cell.stub()):
        try:
            ast.parse(code)
        except SyntaxError as error:
            problem = f"the code is not Python: {error.msg}: {(error.text or '').strip()!r}"
            _refuse(sheet, cell, problem, "Repair it; cells of a sheet use no magics")


def _check_test(sheet, cell):
    for node in ast.walk(ast.parse(cell.source)) if cell.role in (TEST, HIDDEN_TEST) else ():
        if _is_verdict_alone(node):
            problem = f"nothing fails when the verdict of {CHECK} does"
            remedy = "End the call with .require()"
            _refuse(sheet, cell, problem, remedy, below=node.lineno - 1)
        if getattr(node, "attr", getattr(node, "id", "")) in LOOSE:
            problem = f"{ast.unparse(node)} lets an empty array and other shapes pass"
            remedy = "Compare with same(found, wanted), from softback.course"
            _refuse(sheet, cell, problem, remedy, below=node.lineno - 1)


def _check_secrets(sheet, cell):
    """Refuse a hidden test that quotes a result: an answer could return what it was given."""
    if cell.role == HIDDEN_TEST:
        tree, answers = ast.parse(cell.source), set(sheet.functions)
        for node in ast.walk(tree):
            if isinstance(node, ast.ExceptHandler):
                answers.add(node.name)  # it says what a function raised
            targets = getattr(node, "targets", [getattr(node, "target", None)])
            value = getattr(node, "value", None)
            if value and all(targets) and answers & _names(value):
                answers |= set().union(*map(_names, targets))
        for node in ast.walk(tree):
            said = getattr(node, "msg", getattr(node, "exc", None))  # of assert and raise
            if said and answers & _names(said):
                problem = "the message of a hidden test quotes a result, which can hold its input"
                _refuse(sheet, cell, problem, "Say what is right", below=said.lineno - 1)


def _names(tree):
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _is_verdict_alone(node):
    match node:
        case ast.Expr(ast.Call(ast.Name(name), [_, *_])):
            return name == CHECK
    return False


def _check_text(sheet, cell):
    if found := SOLVED.search(cell.source):
        remedy = "Put it into a code cell tagged solution, or a Markdown cell tagged answer"
        below = _lines_before(cell.source, found)
        _refuse(sheet, cell, "a solution stands in the text", remedy, below=below)
    if cell.role == ANSWER and MARKING not in cell.source:
        remedy = f"Write it below the model answer, behind {MARKING}"
        _refuse(sheet, cell, "the answer does not say how it is marked", remedy)
    plain(cell.source, path=sheet.path, line=cell.line)


def _check_labels(sheet):
    seen = {}
    for cell, match in _found(sheet, NAMED):
        label, below = match["option"] or match["target"], _lines_before(cell.source, match)
        if label in seen:
            problem = f"the label {label} is already that of line {seen[label]}"
            _refuse(sheet, cell, problem, "Give each its own label", below=below)
        seen[label] = cell.line + below


def _check_gates(sheet):
    begun = None
    for cell, match in _found(sheet, GATE):
        below = _lines_before(cell.source, match)
        if match["side"] == "end" and begun is None:
            remedy = "Remove it, or start the exercise with {exercise-start}"
            _refuse(sheet, cell, "exercise-end ends no exercise", remedy, below=below)
        if match["side"] == "start" and begun is not None:
            break
        begun = cell.line + below if match["side"] == "start" else None
    if begun is not None:
        remedy = "Put ```{exercise-end} below its statement, and ``` below that"
        raise SheetError(sheet.path, begun, "the exercise does not end", remedy)


def _found(sheet, pattern):
    texts = (cell for cell in sheet.cells if cell.type == "markdown")
    return ((cell, match) for cell in texts for match in pattern.finditer(cell.source))


def _check_purpose(sheet, label, cells):
    roles = {cell.role for cell in cells}
    if not sheet.points_of(label):
        remedy = "Add a cell tagged test, hidden-test or answer, and points-N"
        _refuse(sheet, cells[0], f"nothing of the exercise {label} counts", remedy)
    if SOLUTION not in roles and roles & {TEST, HIDDEN_TEST}:
        remedy = "Add the cell that students complete, tagged solution"
        _refuse(sheet, cells[0], f"the exercise {label} tests nothing", remedy)


def _check_worth(sheet, label, text):
    worth = sheet.points_of(label)
    said = WORTH.search(text.source[text.source.rindex(f":label: {label}") :])
    if said is None or float(said[1]) != worth:
        problem = f"the exercise {label} does not say its {worth:g} points"
        remedy = f"Begin its statement with *{worth:g} points.* or change the tags points-N"
        _refuse(sheet, text, problem, remedy)


def _check_promise(sheet):
    said = next(filter(None, (PROMISE.search(cell.source) for cell in sheet.cells)), None)
    if said is None or float(said[1]) != sheet.points:
        problem = f"the sheet does not say its {sheet.points:g} points and its time"
        remedy = f"Write below the title: **{sheet.points:g} points, about 60 minutes.**"
        raise SheetError(sheet.path, 1, problem, remedy)
