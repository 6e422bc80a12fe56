"""What a teacher reads first: goals, points, what the hidden tests check, marking."""

import ast
import re

from .answers import marking, model_answer
from .model import ANSWER, HIDDEN_TEST, TEST
from .plain import plain

BULLETS = re.compile(r"^- .*(?:\n(?:- |  ).*)*", re.M)
PROMISE = re.compile(r"^\*\*(.+ points?, about \d+ minutes)\.\*\*", re.M)
COLUMNS = """\
| exercise | points | seen by students | hidden | read by a person |
| --- | --- | --- | --- | --- |"""


def guide(sheet, link) -> str:
    """Return the teacher's page of a sheet, in plain Markdown.

    Parameters
    ----------
    sheet : Sheet
    link : callable
        Words and address of a reference, see `~classroom.sheets.plain.plain`.
    """
    parts = [f"# {sheet.title}: for teachers", _goals(sheet), _table(sheet)]
    parts += [_exercise(sheet, exercise, link) for exercise in sheet.exercises]
    return "\n\n".join(filter(None, parts)) + "\n"


def _goals(sheet):
    opening = sheet.cells[0].source
    promise, bullets = PROMISE.search(opening), BULLETS.search(opening)
    goals = f"\n\nStudents practise to\n\n{bullets[0]}" if bullets else ""
    return f"{promise[1].capitalize()}.{goals}"


def _table(sheet):
    rows = [COLUMNS]
    for exercise in sheet.exercises:
        points = [_points(sheet, exercise.label, role) for role in (TEST, HIDDEN_TEST, ANSWER)]
        cells = [f"{exercise.number}. {exercise.title}", sum(points), *points]
        rows.append("| " + " | ".join(c if isinstance(c, str) else f"{c:g}" for c in cells) + " |")
    return "\n".join(rows)


def _points(sheet, label, role):
    return sum(c.points for c in sheet.cells if c.exercise == label and c.role == role)


def _exercise(sheet, exercise, link):
    cells = [cell for cell in sheet.cells if cell.exercise == exercise.label]
    said = [line for cell in cells if cell.role == HIDDEN_TEST for line in _sentences(cell.source)]
    parts = [f"## {exercise.number}. {exercise.title}"]
    if said:
        listed = "\n".join(f"- {line}" for line in said)
        parts.append(f"What the hidden tests say where they fail:\n\n{listed}")
    for cell in (cell for cell in cells if cell.role == ANSWER):
        answer = plain(model_answer(cell), link, path=sheet.path, line=cell.line)
        parts += [f"**Model answer.** {answer}", f"**Marking.** {marking(cell)}"]
    return "\n\n".join(parts)


def _sentences(code):
    """Return the messages of a test's assertions, each once, in order."""
    found = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Assert)]
    found.sort(key=lambda node: node.lineno)
    return list(dict.fromkeys(_sentence(node.msg) for node in found if node.msg))


def _sentence(message):
    parts = message.values if isinstance(message, ast.JoinedStr) else [message]
    return "".join(part.value if isinstance(part, ast.Constant) else _code(part) for part in parts)


def _code(part):
    return f"`{ast.unparse(part.value if isinstance(part, ast.FormattedValue) else part)}`"
