"""The notebooks of a sheet: for students, with the solutions, and for nbgrader."""

import nbformat
from nbformat import v4

from .answers import model_answer
from .model import ANSWER, HIDDEN_TEST, SOLUTION, TEST
from .plain import plain

METADATA = {
    "kernelspec": {
        "name": "python3",
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
    },
    "language_info": {"name": "python"},
}
YOURS = "*Your answer here.*"
HIDDEN = """\
# Further tests run when your work is graded.
### BEGIN HIDDEN TESTS
{}
### END HIDDEN TESTS"""


def student(sheet, link) -> nbformat.NotebookNode:
    """Return the notebook that is handed out: stubs, visible checks, no answer.

    Parameters
    ----------
    sheet : Sheet
    link : callable
        Words and address of a reference, see `~classroom.sheets.plain.plain`.
    """
    texts = {SOLUTION: lambda cell: cell.stub(), ANSWER: lambda cell: YOURS}
    return _notebook(sheet, link, texts, without=[HIDDEN_TEST])


def solution(sheet, link) -> nbformat.NotebookNode:
    """Return the same notebook with solutions and model answers; it holds no hidden test."""
    texts = {
        SOLUTION: lambda cell: cell.solved(),
        ANSWER: lambda cell: plain(model_answer(cell), link, path=sheet.path, line=cell.line),
    }
    return _notebook(sheet, link, texts, without=[HIDDEN_TEST])


def for_nbgrader(sheet, link) -> nbformat.NotebookNode:
    """Return the source of an nbgrader assignment: everything, marked in nbgrader's way.

    ``nbgrader generate_assignment`` makes the students' version of it.
    """
    texts = {HIDDEN_TEST: lambda cell: HIDDEN.format(cell.source)}
    made = _notebook(sheet, link, texts)
    for cell, ours in zip(made.cells, sheet.cells, strict=True):
        if ours.role:
            cell.metadata["nbgrader"] = _nbgrader(ours)
    return made


def text(notebook) -> str:
    """Return the text of a notebook's file, the same each time; raise if it is invalid."""
    nbformat.validate(notebook)
    return nbformat.writes(notebook, sort_keys=True) + "\n"


def _notebook(sheet, link, texts, without=()):
    cells = [_cell(sheet, cell, link, texts) for cell in sheet.cells if cell.role not in without]
    return v4.new_notebook(cells=cells, metadata=METADATA)


def _cell(sheet, cell, link, texts):
    make = v4.new_code_cell if cell.type == "code" else v4.new_markdown_cell
    if cell.role in texts:
        source = texts[cell.role](cell)
    elif cell.type == "markdown" and cell.role is None:
        source = _plain(sheet, cell, link)
    else:
        source = cell.source
    made = make(source, id=cell.name)
    if cell.role:
        made.metadata["exercise"] = cell.name
    if cell.role == TEST:
        # A check that fails must not stop "Run All".
        made.metadata["tags"] = ["raises-exception"]
    return made


def _plain(sheet, cell, link):
    exercises = {exercise.label: exercise for exercise in sheet.exercises}

    def heading(block):
        return exercises[block.options["label"]].heading

    def within(role, target):
        if target in exercises and role in ("ref", "numref"):
            return f"exercise {exercises[target].number}", None
        return link(role, target)

    return plain(cell.source, within, exercise=heading, path=sheet.path, line=cell.line)


def _nbgrader(cell):
    marks = {
        "schema_version": 3,
        "grade_id": cell.name,
        "task": False,
        "solution": cell.role in (SOLUTION, ANSWER),
        "grade": cell.role != SOLUTION,
        "locked": cell.role in (TEST, HIDDEN_TEST),
    }
    return marks | ({"points": cell.points} if marks["grade"] else {})
