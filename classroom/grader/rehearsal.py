"""Grade the sheet before the class is: its own solution, and a copy in which nobody wrote."""

import json
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from classroom.sheets import HIDDEN_TEST, TEST, Cell, SheetError, notebooks

from .run import CannotGrade, grade_folder

WHAT = {"solution": notebooks.solution, "blank": notebooks.student}


def rehearse(sheet, out, sandbox, limits):
    """Raise a `SheetError` where a sheet would grade its solution or a blank copy wrongly.

    Parameters
    ----------
    sheet : Sheet
    out : pathlib.Path
        Where the two records are kept, so that a second time costs nothing.
    sandbox : Sandbox
    limits : Limits
    """
    # To its author a hidden test may say all.
    open_cells = (replace(c, role=TEST) if c.role == HIDDEN_TEST else c for c in sheet.cells)
    sheet = replace(sheet, cells=tuple(open_cells))
    with tempfile.TemporaryDirectory() as folder:
        for name, make in WHAT.items():
            text = notebooks.text(make(sheet, lambda role, target: (target, None)))
            (Path(folder) / f"{name}.ipynb").write_text(text, encoding="utf-8")
        outcome = grade_folder(sheet, Path(folder), out, sandbox, limits, 2, lambda *shown: None)
    for name, reason in outcome.failed.items():
        raise CannotGrade(f"the {name} of the sheet was not graded: {reason}")
    records = {record.name: record for record in outcome.records}
    for result in records["solution"].results:
        if result.message:
            said = " ".join([result.message, *records["solution"].notes])
            _refuse(sheet, result, f"its own solution fails {result.name}: {said}",
                    "Mend the solution or the test")  # fmt: skip
    for result in records["blank"].results:
        if result.score:
            _refuse(sheet, result, f"a blank copy passes {result.name}",
                    "Let the test call the function that is asked for")  # fmt: skip


# As in nbgrader: all cells in one place, in order, and a test that writes to stderr has failed.
ONE_KERNEL = """
import contextlib, io, json, sys
names, said = {"__name__": "__main__", "display": print}, {}
for name, source in json.load(sys.stdin):
    words = io.StringIO()
    with contextlib.redirect_stderr(words), contextlib.redirect_stdout(io.StringIO()):
        try:
            exec(compile(source, name, "exec"), names)
        except BaseException as error:
            words.write(f"{type(error).__name__}: {error}")
    said[name] = " ".join(words.getvalue().split())[:300]
print(json.dumps(said))
"""
# Where shapes do not count, a result that is empty and as wide as the right one equals anything.
HOLLOW = """
import numpy
def {0}(*args, _right={0}, **kwargs):
    try:
        return numpy.empty((0, *numpy.shape(_right(*args, **kwargs))))
    except Exception:
        raise KeyboardInterrupt  # a test may wait for an error
"""
WAYS = ("solved", Cell.solved, ""), ("stub", Cell.stub, ""), ("hollow", Cell.solved, HOLLOW)


def rehearse_in_one_kernel(sheet):
    """Raise a `SheetError` where nbgrader would grade solution or blank copy wrongly."""
    tests = [cell for cell in sheet.cells if cell.role in (TEST, HIDDEN_TEST)]
    for what, text, more in WAYS:
        cells = [
            (cell.name, text(cell) + "".join(map(more.format, cell.functions)))
            for cell in sheet.cells
            if cell.type == "code"
        ]
        command = [sys.executable, "-c", ONE_KERNEL]
        done = subprocess.run(command, input=json.dumps(cells).encode(), capture_output=True)
        said = json.loads(done.stdout or "{}")
        for test in tests:
            words = said.get(test.name, "the program ended")
            if what == "solved" and words:
                _refuse(sheet, test, f"in nbgrader its own solution fails {test.name}: {words}",
                        "Let the test define all that it uses, and print no warning")  # fmt: skip
            if what == "stub" and not words:
                _refuse(sheet, test, f"in nbgrader a blank copy passes {test.name}",
                        "Give what it calls a name that no test above it defines")  # fmt: skip
            if what == "hollow" and not words:
                _refuse(sheet, test, f"an empty array passes {test.name}",
                        "Compare with same(found, wanted), from softback.course")  # fmt: skip


def _refuse(sheet, result, problem, remedy):
    line = next(cell.line for cell in sheet.cells if cell.name == result.name)
    raise SheetError(sheet.path, line, problem, remedy)
