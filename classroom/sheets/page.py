"""A sheet as a page of the book: stubs, folded solutions with their checks, no hidden test.

Where the book's pages run Python, a stub is answered in the page. `page_python` finds the places
for answers in words, and for the button that saves the students' notebook with all answers.
"""

import re

import yaml

from .answers import model_answer
from .model import ANSWER, HIDDEN_TEST, SOLUTION, TEST

# JupyterLab writes the kernel's own names, in this order, whatever was there before.
HEADER = """\
---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  name: python3
  display_name: Python 3 (ipykernel)
  language: python
---
"""
PRINTING = """\
```{raw} html
<p class="printing" id="with-solutions">Printed, this page has neither hints nor solutions. After
a click <a href="#with-solutions">here</a> it has both.</p>
```"""
START = re.compile(r"^`{3,}\{exercise-start\}.*$", re.M)
FOLDED = "```{{solution-start}} {exercise}\n:label: {label}\n:class: dropdown\n```"
END = "```{solution-end}\n```"
GATE = "```{exercise-end}\n```"  # an exercise ends below the place for its answer
WORDS = '```{{raw}} html\n<div class="sb-cell sb-words-cell" id="cell-{name}"></div>\n```'
HAND_IN = '```{raw} html\n<div id="sb-hand-in"></div>\n```'


def page(sheet) -> str:
    """Return the text of the page, in MyST Markdown."""
    pieces, folded = [], []
    for cell in sheet.cells:
        if cell.role == TEST and folded:
            folded.append(_code(cell.source, cell.metadata))
        elif cell.role != HIDDEN_TEST:
            pieces += _closed(folded)
            opened, folded = _opened(cell)
            if folded and pieces[-1].endswith(GATE):
                pieces[-1] = pieces[-1].removesuffix(GATE).rstrip()
                opened.append(GATE)
            pieces += opened
    return "\n\n".join([HEADER, *pieces, *_closed(folded), HAND_IN, PRINTING]) + "\n"


def _opened(cell):
    """Return what a cell shows at once, and the beginning of what it folds."""
    if cell.role == SOLUTION:
        stub = _code(cell.stub(), {**cell.metadata, "tags": ["skip-execution"]})
        return [stub], [_fold(cell), _code(cell.solved(), cell.metadata)]
    if cell.role == ANSWER:
        return [WORDS.format(name=cell.name)], [_fold(cell), model_answer(cell)]
    if cell.type == "code":
        return [_code(cell.source, cell.metadata)], []
    # Exercises count within the sheet, as in the notebook, and not through the whole book.
    return [START.sub(r"\g<0>\n:nonumber:", cell.source)], []


def _fold(cell):
    return FOLDED.format(exercise=cell.exercise, label=f"sol-{cell.name.removeprefix('ex-')}")


def _closed(folded):
    return [*folded, END] if folded else []


def _code(source, metadata):
    longest = max(map(len, re.findall(r"`{3,}", source)), default=2)
    fence = "`" * (longest + 1)
    options = f"---\n{yaml.safe_dump(dict(metadata), allow_unicode=True)}---\n" if metadata else ""
    return f"{fence}{{code-cell}} ipython3\n{options}{source}\n{fence}"
