"""Make the notebook of a page."""

import json
import re
from functools import partial

from classroom.sheets.plain import plain
from explorer_host.notebooks import Notebook

from .cells import captioned, markdown, pictured, text_of, tidy
from .links import Links, executed
from .opening import opening

OUTSIDE = re.compile(r"""Path\(["']\.\./""")


def notebook(app, page, wheel):
    """Return the notebook of a page: the one that a handler offers, or what was executed.

    Parameters
    ----------
    app : sphinx.application.Sphinx
        A build that has finished.
    page : str
        The name of a page with cells.
    wheel : pathlib.Path or None
        The library's wheel.
    """
    made = app.emit_firstresult("offer-notebook", page) or _executed(app, page)
    cells = made["cells"]
    first = [markdown(_opening(app, page, wheel, cells))] if wheel else []
    return tidy(made | {"cells": [*first, *cells]})


def _executed(app, page):
    """Return the executed notebook with its text in plain Markdown."""
    made = json.loads(executed(app, page).read_text(encoding="utf-8"))
    convert = partial(plain, link=Links(app, page), path=f"the notebook of {page}")
    held = Notebook(made)
    cells = [part for cell in made["cells"] for part in captioned(pictured(cell, held))]
    return made | {"cells": [_plain(cell, convert) for cell in cells]}


def _plain(cell, convert):
    is_text = cell["cell_type"] == "markdown"
    return cell | {"source": convert(text_of(cell))} if is_text else cell


def _opening(app, page, wheel, cells):
    code = "\n".join(text_of(cell) for cell in cells if cell["cell_type"] == "code")
    return opening(
        page,
        title=app.config.html_title or app.config.project,
        base=app.config.html_baseurl,
        wheel=wheel.name,
        reads_files=OUTSIDE.search(code) is not None,
    )
