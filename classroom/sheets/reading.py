"""Read a sheet, and refuse one that has a fault."""

import re
from collections import Counter
from pathlib import Path

from jupytext.myst import MystMetadataParsingError, myst_to_notebook

from . import tags
from .checks import check
from .errors import SheetError
from .model import Cell, Exercise, Sheet

START = re.compile(r"^(`{3,})\{exercise-start\}(?P<title>[^\n]*)\n(?P<options>(?::.*\n)*)", re.M)
LABEL = re.compile(r"^:label: *([A-Za-z0-9-]{1,40})$", re.M)
TITLE = re.compile(r"^# +(.+?) *$", re.M)
HEADER = "Begin with the header of a chapter, as CONTRIBUTING.md shows it"


def read(path) -> Sheet:
    """Read a sheet.

    Parameters
    ----------
    path : str or pathlib.Path
        A file in MyST Markdown.

    Raises
    ------
    SheetError
        If something is missing, stands in the wrong place, or is not known.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise SheetError(path, 1, "the letters are not those of UTF-8", "Save it so") from error
    notebook = _notebook(path, text)
    titles = filter(None, (TITLE.search(raw.source) for raw in notebook.cells if _is_text(raw)))
    if (title := next(titles, None)) is None:
        raise SheetError(path, 1, "the sheet has no title", "Write it below the header: # Title")
    exercises, cells = _walk(path, text.splitlines(), notebook)
    sheet = Sheet(path, path.stem, title[1], cells, exercises)
    check(sheet)
    return sheet


def _notebook(path, text):
    try:
        notebook = myst_to_notebook(text, add_source_map=True)
    except MystMetadataParsingError as error:
        line = re.search(r"at line (\d+)", str(error))
        remedy = "Repair the YAML of the cell, or the JSON behind +++"
        raise SheetError(path, int(line[1]) if line else 1, str(error), remedy) from error
    if "kernelspec" not in notebook.metadata:
        raise SheetError(path, 1, "the sheet has no header that names a kernel", HEADER)
    return notebook


def _walk(path, lines, notebook):
    exercises, cells, names = [], [], Counter()
    for raw, begin in zip(notebook.cells, notebook.metadata["source_map"], strict=True):
        line = _line(lines, raw.source, begin)
        if raw.cell_type == "raw":
            raise SheetError(path, line, "a raw cell is shown nowhere", "Make it text or code")
        if _is_text(raw):
            exercises += _started(path, line, raw.source, len(exercises))
        exercise = exercises[-1].label if exercises else None
        role, points = tags.meaning(raw, path, line)
        name = f"{exercise or 'intro'}-{role or ('text' if _is_text(raw) else 'code')}"
        names[name] += 1
        name += f"-{names[name]}" if names[name] > 1 else ""
        cells.append(
            Cell(raw.cell_type, role, raw.source, exercise, name, points, line, tags.rest(raw))
        )
    return tuple(exercises), tuple(cells)


def _is_text(raw):
    return raw.cell_type == "markdown"


def _line(lines, source, begin):
    """Return the line, counted from 1, where a text stands at or after line number ``begin``."""
    wanted = source.split("\n")
    places = range(begin, len(lines))
    found = (at for at in places if lines[at : at + len(wanted)] == wanted)
    return next(found, begin) + 1


def _started(path, line, text, before):
    """Return the exercises that a text starts."""
    found = []
    for number, start in enumerate(START.finditer(text), start=before + 1):
        label = LABEL.search(start["options"])
        if label is None:
            at = line + text[: start.start()].count("\n")
            remedy = "Write :label: ex-NAME below it, with letters, digits and hyphens, at most 40"
            raise SheetError(path, at, "the exercise has no label that could be its id", remedy)
        found.append(Exercise(label[1], start["title"].strip(), number))
    return found
